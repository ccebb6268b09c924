/** The end of what a foreign program has printed, safe to keep and to show (AU5, SE8). */
import { cleanLines } from '#domain/free-text.ts'
import { redacted, secretsIn, withoutValues } from '#domain/redaction.ts'

const TAIL_BYTES = 16 * 1024
const LINES = 20
const LINE_CHARACTERS = 300

export class OutputTail {
  #bytes = Buffer.alloc(0)
  #isCut = false

  add(chunk: Buffer): void {
    const all = Buffer.concat([this.#bytes, chunk])
    this.#isCut ||= all.length > TAIL_BYTES
    this.#bytes = Buffer.from(all.subarray(-TAIL_BYTES))
  }

  /** The last lines, also of what came before it, without secrets and without the values of what the environment calls one. */
  lastLines(env: Readonly<Record<string, string>>, before = ''): string {
    const all = `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${this.#text()}`
    return cleanLines(redacted(withoutValues(all, secretsIn(env))))
      .trimEnd()
      .split('\n')
      .slice(-LINES)
      .map(shortened)
      .join('\n')
  }

  /** Where its beginning was cut off, the first word may be the rest of a secret that nothing announces any more. */
  #text(): string {
    const text = this.#bytes.toString('utf8')
    return this.#isCut ? text.replace(/^\S*/, '…') : text
  }
}

function shortened(line: string): string {
  const text = line.trimEnd()
  return text.length <= LINE_CHARACTERS ? text : `${text.slice(0, LINE_CHARACTERS - 1)}…`
}
