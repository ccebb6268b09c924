/**
 * gunicorn sends a request's duration and its status as two datagrams, in that order from one worker, and
 * all workers share one source port. So the oldest unpaired duration belongs to the next status. With the
 * optional worker tag the pairing is exact; without it, two requests that end within the same microseconds
 * in different workers may trade their statuses: the durations and the statuses stay right as a whole.
 */
import type { DurationMs } from '#domain/time.ts'

/** A status follows its duration at once; what waits longer lost its other half. */
const PATIENCE_MS: DurationMs = 1000
const WAITING_LIMIT = 4096

interface Waiting {
  durationMs: number
  worker: number | null
  since: DurationMs
}

export class RequestPairing {
  #waiting: Waiting[] = []

  /** Returns how many halves had to be given up. */
  addDuration(durationMs: number, worker: number | null, now: DurationMs): number {
    const lost = this.expire(now)
    this.#waiting.push({ durationMs, worker, since: now })
    if (this.#waiting.length <= WAITING_LIMIT) return lost
    this.#waiting.shift()
    return lost + 1
  }

  /** The duration that belongs to a status, or null where there is none. */
  takeDuration(worker: number | null): number | null {
    const index = this.#waiting.findIndex((waiting) => waiting.worker === worker)
    return index < 0 ? null : (this.#waiting.splice(index, 1)[0]?.durationMs ?? null)
  }

  expire(now: DurationMs): number {
    const fresh = this.#waiting.findIndex(({ since }) => now - since <= PATIENCE_MS)
    return this.#waiting.splice(0, fresh < 0 ? this.#waiting.length : fresh).length
  }
}
