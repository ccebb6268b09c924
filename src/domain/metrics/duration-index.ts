/** The durations of a window that slides, by bin: a row comes and goes at the cost of a few writes. */
import { BIN_COUNT, binOf } from '#domain/metrics/duration-bins.ts'
import type { RowStore } from '#domain/metrics/row-store.ts'

const FIRST_CAPACITY = 16

/** Its rows in no order: what leaves is replaced by the last. */
class Bin {
  count = 0
  durations = new Float64Array(FIRST_CAPACITY)
  rows = new Int32Array(FIRST_CAPACITY)
}

export class DurationIndex {
  readonly counts = new Int32Array(BIN_COUNT)
  total = 0
  readonly #rows: RowStore
  readonly #bins: (Bin | undefined)[] = Array.from({ length: BIN_COUNT })
  /** Where each row is in its bin. */
  #places = new Int32Array(0)

  constructor(rows: RowStore) {
    this.#rows = rows
  }

  add(row: number): void {
    if (row >= this.#places.length) this.#grow()
    const duration = this.#rows.durationMs[row] as number
    const at = binOf(duration)
    const bin = (this.#bins[at] ??= new Bin())
    if (bin.count === bin.rows.length) widen(bin)
    bin.durations[bin.count] = duration
    bin.rows[bin.count] = row
    this.#places[row] = bin.count
    bin.count += 1
    this.counts[at] = bin.count
    this.total += 1
  }

  remove(row: number): void {
    const at = binOf(this.#rows.durationMs[row] as number)
    const bin = this.#bins[at] as Bin
    const place = this.#places[row] as number
    bin.count -= 1
    const last = bin.rows[bin.count] as number
    bin.rows[place] = last
    bin.durations[place] = bin.durations[bin.count] as number
    this.#places[last] = place
    this.counts[at] = bin.count
    this.total -= 1
  }

  copyBin(at: number, into: Float64Array): void {
    const bin = this.#bins[at]
    if (bin !== undefined) into.set(bin.durations.subarray(0, bin.count))
  }

  #grow(): void {
    const places = new Int32Array(this.#rows.capacity)
    places.set(this.#places)
    this.#places = places
  }
}

function widen(bin: Bin): void {
  const durations = new Float64Array(bin.count * 2)
  const rows = new Int32Array(bin.count * 2)
  durations.set(bin.durations)
  rows.set(bin.rows)
  bin.durations = durations
  bin.rows = rows
}
