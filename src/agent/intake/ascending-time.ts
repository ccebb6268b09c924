/**
 * Times of arrival that never go back (IN3): wall time at the start, carried on by the monotonic clock, so
 * that a stepped wall clock cannot disorder a stream. A step forward, or a suspend, is followed; a step
 * back is not.
 */
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

const STEP_MS: DurationMs = 1000

export class AscendingTime {
  readonly #clock: Clock
  #wallAnchor: EpochMs
  #monotonicAnchor: DurationMs

  constructor(clock: Clock) {
    this.#clock = clock
    this.#wallAnchor = clock.wallNow()
    this.#monotonicAnchor = clock.monotonicNow()
  }

  now(): EpochMs {
    const elapsed = this.#clock.monotonicNow() - this.#monotonicAnchor
    const carried = this.#wallAnchor + Math.floor(elapsed)
    const wall = this.#clock.wallNow()
    if (wall - carried <= STEP_MS) return carried
    this.#wallAnchor = wall
    this.#monotonicAnchor = this.#clock.monotonicNow()
    return wall
  }
}
