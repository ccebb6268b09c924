/**
 * Each refused sign-in is a row of the journal (AU1), and anybody can cause one: after a first handful, rows come at
 * a pace, and each tells how many it stands for. Nothing is lost but the particulars.
 */
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

const ROWS_AT_ONCE = 10
const ROW_EACH_MS: DurationMs = 10_000

export class RefusalPace {
  readonly #clock: Clock
  #room = ROWS_AT_ONCE
  #filledAt: DurationMs
  #unrecorded = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#filledAt = clock.monotonicNow()
  }

  /** null: no row for this one, it is counted; else how many were since the last. */
  next(): { unrecorded: number } | null {
    const gained = Math.floor((this.#clock.monotonicNow() - this.#filledAt) / ROW_EACH_MS)
    this.#filledAt += gained * ROW_EACH_MS
    this.#room = Math.min(ROWS_AT_ONCE, this.#room + gained)
    if (this.#room === 0) {
      this.#unrecorded += 1
      return null
    }
    this.#room -= 1
    const told = { unrecorded: this.#unrecorded }
    this.#unrecorded = 0
    return told
  }
}
