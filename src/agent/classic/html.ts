/** HTML as text, without a way to forget to escape: what is put in is text, unless it is HTML already (SE8). */
import { cleanText } from '#domain/free-text.ts'

export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | Html | readonly Html[]

export function html(fixed: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(
    fixed.map(unindented).reduce((sum, text, i) => `${sum}${textOf(pieces[i - 1] ?? '')}${text}`),
  )
}

/** How deep it stands in the code is nothing to send over a bad line. */
function unindented(text: string): string {
  return text.replace(/\n\s+/g, '\n')
}

function textOf(piece: Piece): string {
  if (piece instanceof Html) return piece.text
  if (typeof piece === 'object') return piece.map(({ text }) => text).join('\n')
  return escaped(cleanText(String(piece), LONGEST))
}

/** The page has a bound (SH4), and what a target says of itself has none. */
const LONGEST = 600

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}
