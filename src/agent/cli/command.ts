/** What a command is made of. One description gives parsing, `--help` and the table of commands. */

export interface OptionSpec {
  type: 'string' | 'boolean'
  short?: string
  /** How the value is named in help: `--config FILE`. */
  value?: string
  /** It may stand without its value: `--against-journal` alone. It comes as '' then. */
  valueMayLack?: true
  /** It may stand more than once, and the words that follow it belong to it, too: it comes as a list then. */
  many?: true
  meaning: string
}

export type OptionValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

export interface Invocation {
  options: OptionValues
  configFile: string | null
  json: boolean
  env: Readonly<Record<string, string | undefined>>
  out: Output
}

export interface Output {
  /** The result: text for people on standard output, or, with `--json`, exactly one document. */
  result(document: unknown, text: string): void
  /** A piece of a result that is too long to be held whole. */
  write(piece: string): void
  /** Everything else: standard error. */
  note(sentence: string): void
}

export interface Command {
  /** One or two words, as typed. */
  name: string
  summary: string
  /** More than the summary: paragraphs for `--help`. */
  details?: string
  options: Readonly<Record<string, OptionSpec>>
  /** The option whose value may stand alone, as the first word after the command. */
  argument?: string
  examples: readonly string[]
  /** How the engine is to work for it: set before its modules are read, since reading them already makes it compile. */
  engine?: () => void
  /** Loaded when the command is run, so that `--help` and a typo cost nothing. */
  load: () => Promise<(invocation: Invocation) => Promise<ExitCode>>
}

export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, findings: 4, unreachable: 5 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const COMMON_OPTIONS = {
  config: { type: 'string', value: 'FILE', meaning: 'configuration file; else $HOLDFAST_CONFIG' },
  json: { type: 'boolean', meaning: 'one JSON document on standard output, nothing else' },
  help: { type: 'boolean', short: 'h', meaning: 'this text' },
} as const satisfies Record<string, OptionSpec>
