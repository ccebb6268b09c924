/** How many requests ended, and how many of them in an error, in each second of the last minute. */
import { isServerError } from '#domain/metrics/request-tally.ts'
import { TRAFFIC_SPAN_MS, type Traffic } from '#domain/schemas/traffic-file.ts'
import type { Clock } from '#agent/ports/clock.ts'

const SECOND_MS = 1_000
const SECONDS_KEPT = TRAFFIC_SPAN_MS / SECOND_MS

type Second = Traffic['seconds'][number]

export class TrafficTally {
  readonly #clock: Pick<Clock, 'monotonicNow'>
  readonly #seconds: Second[] = []

  constructor(clock: Pick<Clock, 'monotonicNow'>) {
    this.#clock = clock
  }

  add(status: number): void {
    const second = this.#thisSecond()
    second.requests += 1
    if (isServerError(status)) second.errors += 1
  }

  read(): Pick<Traffic, 'until' | 'seconds'> {
    const until = this.#clock.monotonicNow()
    this.#forget(until)
    return { until, seconds: this.#seconds.map((second) => ({ ...second })) }
  }

  #thisSecond(): Second {
    const now = this.#clock.monotonicNow()
    const second = Math.floor(now / SECOND_MS)
    const last = this.#seconds.at(-1)
    if (last?.second === second) return last
    this.#forget(now)
    const begun = { second, requests: 0, errors: 0 }
    this.#seconds.push(begun)
    return begun
  }

  #forget(now: number): void {
    const oldest = Math.floor(now / SECOND_MS) - SECONDS_KEPT
    while ((this.#seconds[0]?.second ?? oldest) < oldest) this.#seconds.shift()
  }
}
