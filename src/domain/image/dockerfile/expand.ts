/**
 * Variables in a word of a Dockerfile: `$name`, `${name}`, `${name:-default}` and its kin; quotes and the escape character
 * taken away, as the builder does it for every instruction but RUN, CMD and ENTRYPOINT.
 */
import type { Escape } from './logical-lines.ts'

/** undefined: not declared at all; null: declared, and without a value. */
export type Lookup = (name: string) => string | null | undefined

export interface Expanded {
  readonly text: string
  /** Declared without a value: only whoever builds knows it. */
  readonly open: readonly string[]
  readonly undeclared: readonly string[]
  readonly fault: string | null
}

/** Deeper than any file that a person wrote. */
const DEPTH_LIMIT = 16

export function expand(text: string, lookup: Lookup, escape: Escape): Expanded {
  const state: State = { text, at: 0, lookup, escape, open: [], undeclared: [], fault: null }
  const expanded = readUntil(state, null, 0)
  return { text: expanded, open: state.open, undeclared: state.undeclared, fault: state.fault }
}

interface State {
  readonly text: string
  at: number
  readonly lookup: Lookup
  readonly escape: Escape
  readonly open: string[]
  readonly undeclared: string[]
  fault: string | null
}

/** Up to `end`, which is taken along, or to the end of the text. */
function readUntil(state: State, end: '}' | null, depth: number): string {
  let out = ''
  while (state.at < state.text.length) {
    const char = state.text[state.at] ?? ''
    state.at += 1
    if (char === end) return out
    if (char === "'") out += readSingle(state)
    else if (char === '"') out += readDouble(state, depth)
    else if (char === state.escape) out += next(state)
    else if (char === '$') out += readVariable(state, depth)
    else out += char
  }
  if (end !== null) state.fault ??= 'a ${ is not closed'
  return out
}

function next(state: State): string {
  const char = state.text[state.at] ?? ''
  state.at += 1
  return char
}

function readSingle(state: State): string {
  const close = state.text.indexOf("'", state.at)
  if (close < 0) state.fault ??= 'a quote is not closed'
  const end = close < 0 ? state.text.length : close
  const inside = state.text.slice(state.at, end)
  state.at = end + 1
  return inside
}

function readDouble(state: State, depth: number): string {
  let out = ''
  while (state.at < state.text.length) {
    const char = next(state)
    if (char === '"') return out
    if (char === '$') out += readVariable(state, depth)
    else if (char === state.escape) {
      const escaped = next(state)
      out += escaped === '"' || escaped === '$' || escaped === state.escape ? escaped : char + escaped
    } else out += char
  }
  state.fault ??= 'a quote is not closed'
  return out
}

function readVariable(state: State, depth: number): string {
  if (state.text[state.at] !== '{') {
    const [name = ''] =
      /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?!$-])/.exec(state.text.slice(state.at, state.at + 256)) ?? []
    if (name === '') return '$'
    state.at += name.length
    return valueOf(state, name) ?? ''
  }
  state.at += 1
  const [name = ''] = /^[A-Za-z_][A-Za-z0-9_]*/.exec(state.text.slice(state.at, state.at + 256)) ?? []
  state.at += name.length
  const [operator = ''] = /^(?::?[-+?]|##?|%%?|\/\/?)/.exec(state.text.slice(state.at, state.at + 2)) ?? []
  if (name === '') state.fault ??= 'a ${ without a name'
  if (operator === '') {
    if (next(state) !== '}') state.fault ??= `\${${name} is not closed`
    return valueOf(state, name) ?? ''
  }
  state.at += operator.length
  return readOperator(state, name, { operator, depth: depth + 1 })
}

function readOperator(
  state: State,
  name: string,
  { operator, depth }: { operator: string; depth: number },
): string {
  if (depth > DEPTH_LIMIT) {
    state.fault ??= 'variables stand too deep in one another'
    state.at = state.text.length
    return ''
  }
  const known = [state.open.length, state.undeclared.length] as const
  const word = readUntil(state, '}', depth)
  const wordOpen = state.open.splice(known[0])
  const wordUndeclared = state.undeclared.splice(known[1])
  const value = state.lookup(name) ?? null
  const isSet = operator.startsWith(':') ? value !== null && value !== '' : value !== null
  const usesWord = () => {
    state.open.push(...wordOpen)
    state.undeclared.push(...wordUndeclared)
    return word
  }
  switch (operator.at(-1)) {
    case '-':
      return isSet ? (value ?? '') : usesWord()
    case '+':
      return isSet ? usesWord() : ''
    case '?':
      // Whoever builds must give it: without it the build fails with these words.
      return isSet ? (value ?? '') : (valueOf(state, name) ?? '')
    default:
      // Cut or replaced by a pattern: nothing that is judged depends on it.
      return valueOf(state, name) ?? ''
  }
}

function valueOf({ lookup, open, undeclared }: State, name: string): string | null {
  const value = lookup(name)
  if (value === undefined) undeclared.push(name)
  else if (value === null) open.push(name)
  return value ?? null
}
