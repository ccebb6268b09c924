/**
 * A picture that is drawn again in a terminal, on the alternate screen: what stood there before is back when it
 * ends, however it ends. Each picture is one write over the last one, so nothing flickers.
 */
import type { WriteStream } from 'node:tty'

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'
/** A terminal that knows it shows nothing half drawn; others pass over it. */
const BEGIN = '\u001b[?2026h'
const END = '\u001b[?2026l'

export class WatchScreen {
  readonly #out: WriteStream
  #isOpen = false

  constructor(out: WriteStream) {
    this.#out = out
  }

  enter(): void {
    this.#isOpen = true
    this.#out.write(ENTER)
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return
    // The last row stays free: a line break there would scroll the picture.
    const shown = lines.slice(0, Math.max(1, (this.#out.rows || 24) - 1))
    const body = shown.map((line) => `${line}${CLEAR_LINE}\r\n`).join('')
    this.#out.write(`${BEGIN}${HOME}${body}${CLEAR_BELOW}${END}`)
  }

  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#out.write(LEAVE)
  }
}
