/** Rows with a duration, and those of a half-open window that moves on: who comes in and who goes out is counted, nobody else is looked at. */
import { firstAtOrAfter, type MetricsWindow, spanIn, type TimedDurations } from '#domain/metrics/columns.ts'
import { type DurationsByBin, durationsIn } from '#domain/metrics/duration-bins.ts'
import { DurationIndex } from '#domain/metrics/duration-index.ts'
import { RowStore } from '#domain/metrics/row-store.ts'
import type { EpochMs } from '#domain/time.ts'

const NOWHERE: MetricsWindow = { from: -Infinity, to: -Infinity }

export class LiveDurations {
  readonly #store = new RowStore<TimedDurations>(['t', 'durationMs'])
  #members = new DurationIndex()
  #window = NOWHERE
  /** Ranks in time, half-open. */
  #low = 0
  #high = 0

  /** Views: good until something is added. */
  get rows(): TimedDurations {
    return this.#store.columns()
  }

  /** Of the window. */
  get members(): DurationsByBin {
    return this.#members
  }

  countIn(window: MetricsWindow): number {
    const { start, end } = spanIn(this.rows.t, window)
    return end - start
  }

  /** They ascend, but may have come at whatever time. */
  add(rows: TimedDurations): void {
    this.#store.add(rows)
    const span = spanIn(rows.t, this.#window)
    this.#low += span.start
    this.#high += span.end
    this.#members.add(durationsIn(rows, span))
  }

  moveTo(window: MetricsWindow): void {
    // Members leave in the order in which they entered: of a window that moves back all are counted anew.
    if (window.from < this.#window.from || window.to < this.#window.to) this.#leave()
    const { rows } = this
    const { start, end } = spanIn(rows.t, window)
    this.#leaveBefore(start)
    this.#members.add(durationsIn(rows, { start: Math.max(start, this.#high), end }))
    this.#low = start
    this.#high = end
    this.#window = window
  }

  forgetBefore(instant: EpochMs): void {
    const count = firstAtOrAfter(this.rows.t, instant)
    this.#leaveBefore(count)
    this.#low = Math.max(this.#low - count, 0)
    this.#high = Math.max(this.#high - count, 0)
    this.#store.drop(count)
  }

  clear(): void {
    this.#store.clear()
    this.#leave()
  }

  #leaveBefore(rank: number): void {
    const end = Math.min(rank, this.#high)
    this.#members.remove(durationsIn(this.rows, { start: this.#low, end }))
    this.#low = Math.max(this.#low, end)
  }

  #leave(): void {
    this.#members = new DurationIndex()
    this.#window = NOWHERE
    this.#low = 0
    this.#high = 0
  }
}
