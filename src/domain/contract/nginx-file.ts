/**
 * A configuration file of nginx, as far as it says where to listen and whom to ask: words, comments, quotes, blocks.
 * What a directive means is not known here; a file that cannot be taken apart is a fault with its line, and no guess.
 */
import { refusal, type FileFault } from './unit-file.ts'

export interface Directive {
  readonly name: string
  readonly words: readonly string[]
  readonly line: number
  /** It opens a block: `server {`, `upstream name {`. */
  readonly opens: boolean
  /** The names of the blocks that it stands in, the outermost first. */
  readonly within: readonly string[]
}

export interface ParsedNginx {
  readonly directives: readonly Directive[]
  readonly faults: readonly FileFault[]
}

interface Token {
  /** null: one of `{ } ;`, in `mark`. */
  readonly word: string | null
  readonly mark: string
  readonly line: number
}

export function parseNginxFile(file: string, text: string): ParsedNginx {
  const refused = refusal(text)
  if (refused !== null) return { directives: [], faults: [{ file, line: 1, what: refused }] }
  const directives: Directive[] = []
  const within: string[] = []
  let words: string[] = []
  let begun = 1
  const { tokens, lastLine, isOpenQuote } = tokensOf(text)
  const fault = (line: number, what: string): ParsedNginx => ({ directives, faults: [{ file, line, what }] })
  if (isOpenQuote) return fault(lastLine, 'a quote that does not end')
  for (const { word, mark, line } of tokens) {
    if (word !== null) {
      if (words.length === 0) begun = line
      words.push(word)
    } else if (mark === '}') {
      if (words.length > 0) return fault(begun, 'a directive that does not end')
      if (within.pop() === undefined) return fault(line, 'a block that ends and did not begin')
    } else {
      const [name, ...rest] = words
      if (name === undefined) return fault(line, `nothing before ${mark}`)
      const opens = mark === '{'
      directives.push({ name, words: rest, line: begun, opens, within: [...within] })
      if (opens) within.push([name, ...rest].join(' '))
      words = []
    }
  }
  if (words.length > 0) return fault(begun, 'a directive that does not end')
  return within.length > 0 ? fault(lastLine, 'a block that does not end') : { directives, faults: [] }
}

function tokensOf(text: string): { tokens: Token[]; lastLine: number; isOpenQuote: boolean } {
  const tokens: Token[] = []
  let line = 1
  let quote = ''
  let word: string | null = null
  let begun = 1
  const end = () => {
    if (word !== null) tokens.push({ word, mark: '', line: begun })
    word = null
  }
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === '\\' && at + 1 < text.length) {
      word = (word ?? '') + text.charAt((at += 1))
    } else if (quote !== '') {
      if (character === quote) quote = ''
      else word = (word ?? '') + character
    } else if (word === null && (character === '"' || character === "'")) {
      quote = character
      word = ''
      begun = line
    } else if (word === null && character === '#') {
      while (at + 1 < text.length && text.charAt(at + 1) !== '\n') at += 1
    } else if (/\s/.test(character)) end()
    // A variable in braces is part of its word.
    else if (character === '{' && word !== null && word.endsWith('$')) {
      const close = text.indexOf('}', at)
      word += text.slice(at, close < 0 ? text.length : close + 1)
      at = close < 0 ? text.length : close
    } else if ('{};'.includes(character)) {
      end()
      tokens.push({ word: null, mark: character, line })
    } else {
      if (word === null) begun = line
      word = (word ?? '') + character
    }
    if (character === '\n') line += 1
  }
  end()
  return { tokens, lastLine: line, isOpenQuote: quote !== '' }
}
