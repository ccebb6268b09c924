/** Server-sent events out of the pieces in which they come. */
import type { DurationMs } from '#domain/time.ts'

export interface StreamEvent {
  readonly event: string
  /** null: it is not one to go on from. */
  readonly id: string | null
  readonly data: string
}

/** Far more than the agent ever has unread for one listener. */
const UNFINISHED_MAX = 1024 * 1024

export class EventParser {
  /** How long to wait before coming back, as the other side wants it; null: it has not said. */
  retryMs: DurationMs | null = null
  #unfinished = ''

  /** Of another line: what was cut off is not gone on with. */
  begin(): void {
    this.#unfinished = ''
  }

  take(text: string): StreamEvent[] {
    const blocks = (this.#unfinished + text).split('\n\n')
    this.#unfinished = blocks.pop() ?? ''
    if (this.#unfinished.length > UNFINISHED_MAX) throw new Error('an event without an end')
    return blocks.map((block) => this.#read(block)).filter((event) => event !== null)
  }

  #read(block: string): StreamEvent | null {
    const fields = fieldsOf(block)
    const retry = fields.get('retry')
    if (retry !== undefined && /^\d{1,6}$/.test(retry)) this.retryMs = Number(retry)
    const data = fields.get('data')
    if (data === undefined) return null
    return { event: fields.get('event') ?? 'message', id: fields.get('id') ?? null, data }
  }
}

/** A line without a name is a comment. */
function fieldsOf(block: string): Map<string, string> {
  const lines = block.split('\n').map((line) => /^([a-z]+): ?(.*)$/.exec(line))
  return new Map(lines.filter((line) => line !== null).map(([, name = '', value = '']) => [name, value]))
}
