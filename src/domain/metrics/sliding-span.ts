/** The rows of a half-open window that moves on: who comes in and who goes out is told, and nobody else is looked at. */
import { type MetricsWindow, type RequestColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { RowStore } from '#domain/metrics/row-store.ts'

interface Members {
  enter(rows: RequestColumns, span: Span): void
  leave(rows: RequestColumns, span: Span): void
}

export class SlidingSpan {
  readonly #rows: RowStore<RequestColumns>
  readonly #members: Members
  #window: MetricsWindow = { from: -Infinity, to: -Infinity }
  /** Ranks in time, half-open. */
  #low = 0
  #high = 0

  constructor(rows: RowStore<RequestColumns>, members: Members) {
    this.#rows = rows
    this.#members = members
  }

  /** Rows that came at whatever time, once they are in the store. */
  take(rows: RequestColumns): void {
    const { start, end } = spanIn(rows.t, this.#window)
    this.#low += start
    this.#high += end
    this.#members.enter(rows, { start, end })
  }

  /** Whether it need not move back: its members leave in the order in which they entered. */
  canMoveTo({ from, to }: MetricsWindow): boolean {
    return from >= this.#window.from && to >= this.#window.to
  }

  moveTo(window: MetricsWindow): void {
    const rows = this.#rows.columns()
    const { start, end } = spanIn(rows.t, window)
    this.#members.enter(rows, { start: this.#high, end })
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

  #leaveUpTo(rank: number): void {
    if (rank <= this.#low) return
    this.#members.leave(this.#rows.columns(), { start: this.#low, end: rank })
    this.#low = rank
  }
}
