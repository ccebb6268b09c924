/**
 * One open stream. It is written to and never waited for: whoever does not read gets a last word and is let go, and
 * what is kept for it meanwhile is bounded (IN4).
 */
import type { EndReason } from '#domain/schemas/live-events.ts'
import type { DurationMs } from '#domain/time.ts'
import { eventText } from './event-text.ts'

/** What a stream writes to; of an HTTP answer. */
export interface Outlet {
  /** Bytes that the other side has not taken yet. */
  readonly writableLength: number
  write(bytes: Buffer): unknown
  end(bytes: Buffer): unknown
  destroy(): unknown
}

/** Some thirty events of the size of `health`, beyond what the kernel holds. */
export const UNREAD_BYTES_LIMIT = 64 * 1024
/** For the last word; a reader that is gone does not hold it longer. */
const LAST_WORD_MS: DurationMs = 30_000

export class LiveReader {
  readonly #outlet: Outlet
  readonly #isStillIn: () => boolean
  #ended = false

  constructor(outlet: Outlet, isStillIn: () => boolean) {
    this.#outlet = outlet
    this.#isStillIn = isStillIn
  }

  /** Returns whether the stream goes on. */
  send(bytes: Buffer): boolean {
    if (this.#ended) return false
    if (!this.#isStillIn()) return this.end('not_signed_in')
    if (this.#outlet.writableLength + bytes.length > UNREAD_BYTES_LIMIT) return this.end('too_slow')
    this.#outlet.write(bytes)
    return true
  }

  end(reason: EndReason): false {
    if (this.#ended) return false
    this.#ended = true
    this.#outlet.end(eventText('ended', { reason }))
    setTimeout(() => this.#outlet.destroy(), LAST_WORD_MS).unref()
    return false
  }
}
