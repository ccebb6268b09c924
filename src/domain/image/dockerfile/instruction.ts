/** One instruction: keyword, flags, and the rest as a list of words or as text. */
import type { Heredoc, LogicalLine, SyntaxFault } from './logical-lines.ts'

export const KEYWORDS = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
] as const

export type Keyword = (typeof KEYWORDS)[number]

export interface Instruction {
  readonly keyword: Keyword
  readonly line: number
  readonly flags: ReadonlyMap<string, string>
  readonly rest: string
  /** Of the form that starts no shell, else null. */
  readonly list: readonly string[] | null
  readonly heredocs: readonly Heredoc[]
}

const WITH_FLAGS: ReadonlySet<string> = new Set(['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN'])
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT'])
const FLAG = /^--([a-zA-Z][a-zA-Z-]*)(?:=((?:"[^"]*"|\S)*))?(?:\s+|$)/

export function instructionOf(
  { line, text, heredocs }: LogicalLine,
  faults: SyntaxFault[],
): Instruction | null {
  const [, word = '', tail = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? []
  const keyword = KEYWORDS.find((known) => known === word.toUpperCase())
  if (keyword === undefined) {
    faults.push({ line, message: `"${word.slice(0, 40)}" is no instruction` })
    return null
  }
  const { flags, rest } = flagsOf(keyword, tail)
  if (rest === '' && !MAY_BE_EMPTY.has(keyword))
    faults.push({ line, message: `${keyword} has nothing after it` })
  return { keyword, line, flags, rest, list: listOf(rest), heredocs }
}

function flagsOf(keyword: Keyword, tail: string): { flags: Map<string, string>; rest: string } {
  const flags = new Map<string, string>()
  let rest = tail
  if (!WITH_FLAGS.has(keyword)) return { flags, rest }
  for (let found = FLAG.exec(rest); found !== null; found = FLAG.exec(rest)) {
    flags.set((found[1] ?? '').toLowerCase(), found[2] ?? 'true')
    rest = rest.slice(found[0].length)
  }
  return { flags, rest }
}

function listOf(rest: string): string[] | null {
  if (!rest.startsWith('[')) return null
  try {
    const value: unknown = JSON.parse(rest)
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null
  } catch {
    return null // the builder takes it for text, too
  }
}

/** `key=value` pairs, or the old `key value` with one pair alone. */
export function pairsOf(rest: string): [key: string, value: string | null][] {
  const words = wordsOf(rest)
  const [first = ''] = words
  if (first !== '' && !first.includes('=') && words.length > 1)
    return [[first, rest.slice(first.length).trim()]]
  return words.map((word) => {
    const at = word.indexOf('=')
    return at < 0 ? [word, null] : [word.slice(0, at), word.slice(at + 1)]
  })
}

/** Split at white space that no quote and no escape protects; quotes stay for `expand`. */
export function wordsOf(text: string): string[] {
  return text.match(/(?:[^\s"'\\`]|[\\`][\s\S]?|"(?:[^"\\]|\\[\s\S])*"?|'[^']*'?)+/g) ?? []
}
