/**
 * What stands in the value of an assignment, as systemd takes it apart: words, quotes, escapes, specifiers, and
 * variables in a command line. An answer that is not certain is none, with its reason.
 */

export type Words =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'unknown'; readonly why: string }

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** As `x41`, `101` or `u0041` behind a backslash. */
const NUMBERED = /^(?:x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4}))/

export function splitWords(value: string): Words {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < value.length; at += 1) {
    const character = value.charAt(at)
    if (character === '\\') {
      const escape = escapeAt(value.slice(at + 1, at + 6))
      if (escape === null)
        return { kind: 'unknown', why: `an escape that systemd does not know: ${value.slice(at, at + 2)}` }
      word = (word ?? '') + escape.character
      at += escape.length
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (character === '"' || character === "'") {
      quote = character
      word ??= ''
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + character
  }
  if (quote !== '') return { kind: 'unknown', why: 'a quote that does not end' }
  if (word !== null) words.push(word)
  return { kind: 'words', words }
}

function escapeAt(rest: string): { character: string; length: number } | null {
  const simple = ESCAPES[rest.charAt(0)]
  if (simple !== undefined) return { character: simple, length: 1 }
  const [all, hex, octal, unicode] = NUMBERED.exec(rest) ?? []
  if (all === undefined) return null
  const code = octal === undefined ? Number.parseInt(hex ?? unicode ?? '', 16) : Number.parseInt(octal, 8)
  return code === 0 ? null : { character: String.fromCodePoint(code), length: all.length }
}

export type Expanded =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unknown'; readonly why: string }

/** Specifiers of the system manager (systemd.unit(5)); one that depends on the host or is not known is named. */
export function expandSpecifiers(text: string, unit: string): Expanded {
  const known = specifiersOf(unit)
  let unknown: string | null = null
  const expanded = text.replaceAll(/%(.?)/gs, (written, letter: string) => {
    const value = known[letter]
    if (value === undefined) unknown ??= written
    return value ?? written
  })
  return unknown === null
    ? { kind: 'text', text: expanded }
    : { kind: 'unknown', why: `the specifier ${String(unknown)} is not known here` }
}

function specifiersOf(unit: string): Readonly<Record<string, string>> {
  const name = unit.replace(/\.[a-z]+$/, '')
  const at = name.indexOf('@')
  return {
    '%': '%',
    n: unit,
    N: name,
    p: at < 0 ? name : name.slice(0, at),
    i: at < 0 ? '' : name.slice(at + 1),
    t: '/run',
    S: '/var/lib',
    C: '/var/cache',
    L: '/var/log',
    E: '/etc',
    T: '/tmp',
    V: '/var/tmp',
  }
}

export interface CommandLine {
  /** `@ - : + !` before the program: how it is executed. */
  readonly prefix: string
  readonly words: readonly string[]
}

export type Command =
  | { readonly kind: 'command'; readonly command: CommandLine }
  | Extract<Words, { kind: 'unknown' }>

/** A line of ExecStart=. The program is never a variable; in what follows it, only those set here are known. */
export function commandLine(value: string, unit: string, variables: ReadonlyMap<string, string>): Command {
  const split = splitWords(value)
  if (split.kind === 'unknown') return split
  const [first = '', ...rest] = split.words
  const prefix = /^[@\-:+!|]*/.exec(first)?.[0] ?? ''
  const words: string[] = []
  for (const word of [first.slice(prefix.length), ...rest]) {
    const expanded = expandSpecifiers(word, unit)
    if (expanded.kind === 'unknown') return expanded
    const replaced =
      words.length === 0 || prefix.includes(':') ? expanded : withVariables(expanded.text, variables)
    if (replaced.kind === 'unknown') return replaced
    words.push(replaced.text)
  }
  return words[0] === ''
    ? { kind: 'unknown', why: 'it names no program' }
    : { kind: 'command', command: { prefix, words } }
}

function withVariables(word: string, variables: ReadonlyMap<string, string>): Expanded {
  let unknown: string | null = null
  // `$NAME` counts where it is a word of its own; then its value may become several, and is not followed further.
  const replaced = word.replaceAll(
    /\$(\$|\{(\w+)\})|^\$(\w+)$/g,
    (written, dollar?: string, braced?: string, bare?: string) => {
      if (dollar === '$') return '$'
      const value = variables.get(braced ?? bare ?? '')
      if (value === undefined || (bare !== undefined && /\s/.test(value))) unknown ??= written
      return value ?? written
    },
  )
  return unknown === null
    ? { kind: 'text', text: replaced }
    : { kind: 'unknown', why: `the variable ${String(unknown)} is set nowhere that is read here` }
}
