/** The requests of a half-open window that moves on: who comes in and who goes out is counted, nobody else is looked at. */
import { type MetricsWindow, type RequestColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import { asDoubles } from '#domain/metrics/duration-bins.ts'
import { DurationIndex } from '#domain/metrics/duration-index.ts'
import {
  FailureCounts,
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
} from '#domain/metrics/request-tally.ts'
import type { RowStore } from '#domain/metrics/row-store.ts'

export class LiveWindow {
  readonly #rows: RowStore<RequestColumns>
  readonly #limits: RequestLimits
  readonly #index = new DurationIndex()
  readonly #failures = new FailureCounts()
  #window: MetricsWindow = { from: -Infinity, to: -Infinity }
  /** Ranks in time, half-open. */
  #low = 0
  #high = 0

  constructor(rows: RowStore<RequestColumns>, limits: RequestLimits) {
    this.#rows = rows
    this.#limits = limits
  }

  /** Rows that came at whatever time, once they are in the store. */
  take(rows: RequestColumns): void {
    const span = spanIn(rows.t, this.#window)
    this.#low += span.start
    this.#high += span.end
    this.#count(rows, span, 1)
  }

  /** Whether it need not move back: its members leave in the order in which they entered. */
  canMoveTo({ from, to }: MetricsWindow): boolean {
    return from >= this.#window.from && to >= this.#window.to
  }

  moveTo(window: MetricsWindow): void {
    const rows = this.#rows.columns()
    const { start, end } = spanIn(rows.t, window)
    this.#count(rows, { start: this.#high, end }, 1)
    this.#high = end
    this.#leaveUpTo(start)
    this.#window = window
  }

  /** Before the oldest rows go. */
  forget(count: number): void {
    this.#leaveUpTo(Math.min(count, this.#high))
    this.#low = Math.max(this.#low - count, 0)
    this.#high = Math.max(this.#high - count, 0)
  }

  tally(): RequestTally {
    return readTally(this.#index, this.#failures, this.#limits)
  }

  #leaveUpTo(rank: number): void {
    this.#count(this.#rows.columns(), { start: this.#low, end: rank }, -1)
    this.#low = Math.max(this.#low, rank)
  }

  #count({ durationMs, status }: RequestColumns, { start, end }: Span, by: 1 | -1): void {
    const durations = asDoubles(durationMs, start, end)
    if (by > 0) this.#index.add(durations)
    else this.#index.remove(durations)
    for (let i = 0; i < durations.length; i += 1) {
      if (isServerError(status[start + i] as number))
        this.#failures.count(durations[i] as number, this.#limits, by)
    }
  }
}
