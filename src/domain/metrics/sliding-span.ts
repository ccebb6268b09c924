/** The rows of a half-open window that moves: who comes in and who goes out is told, and nobody else is looked at. */
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import type { RowStore } from '#domain/metrics/row-store.ts'

interface Members {
  enter(row: number): void
  leave(row: number): void
}

export class SlidingSpan {
  readonly #rows: RowStore
  readonly #members: Members
  #window: MetricsWindow = { from: -Infinity, to: -Infinity }
  /** Ranks in time, half-open. */
  #low = 0
  #high = 0

  constructor(rows: RowStore, members: Members) {
    this.#rows = rows
    this.#members = members
  }

  /** Rows that came at whatever time, once they are in the store. */
  take(rows: Int32Array): void {
    const { from, to } = this.#window
    for (const row of rows) {
      const t = this.#rows.t[row] as number
      if (t >= to) break
      this.#high += 1
      if (t < from) this.#low += 1
      else this.#members.enter(row)
    }
  }

  moveTo(window: MetricsWindow): void {
    const { size } = this.#rows
    const rows = this.#rows
    while (this.#high < size && rows.timeAt(this.#high) < window.to)
      this.#members.enter(rows.at(this.#high++))
    while (this.#low < this.#high && rows.timeAt(this.#low) < window.from)
      this.#members.leave(rows.at(this.#low++))
    while (this.#low > 0 && rows.timeAt(this.#low - 1) >= window.from)
      this.#members.enter(rows.at(--this.#low))
    while (this.#high > this.#low && rows.timeAt(this.#high - 1) >= window.to)
      this.#members.leave(rows.at(--this.#high))
    this.#window = window
  }

  /** Before the oldest rows go. */
  forget(count: number): void {
    while (this.#low < Math.min(count, this.#high)) this.#members.leave(this.#rows.at(this.#low++))
    this.#low = Math.max(this.#low - count, 0)
    this.#high = Math.max(this.#high - count, 0)
  }
}
