import type { Column } from '#domain/metrics/columns.ts'
import { firstAfter, firstAtOrAfter } from '#domain/metrics/columns.ts'
import { invariant } from '#domain/invariant.ts'
import type { EpochMs } from '#domain/time.ts'

const FIRST_CAPACITY = 4096

/**
 * Columns of numbers that grow at the end and are forgotten at the beginning. The first column is the
 * time and stays ascending: a row that arrives late is moved to its place. Bounded in rows; the view is
 * contiguous, so that a metric reads it like any other column.
 */
export class SlidingColumns {
  #columns: Float64Array[]
  #start = 0
  #end = 0
  readonly #rowsMax: number

  constructor(width: number, rowsMax: number) {
    this.#columns = Array.from({ length: width }, () => new Float64Array(FIRST_CAPACITY))
    this.#rowsMax = rowsMax
  }

  /** Answers until when rows had to be forgotten because the bound was reached; null when none were. */
  append(rows: readonly Column<number>[]): EpochMs | null {
    const count = rows[0]?.length ?? 0
    invariant(
      rows.length === this.#columns.length && rows.every(({ length }) => length === count),
      'appended columns have equal lengths',
    )
    const excess = this.#end - this.#start + count - this.#rowsMax
    this.#makeRoom(count)
    const firstNew = this.#end
    this.#columns.forEach((column, lane) => column.set(rows[lane] as Column<number>, firstNew))
    this.#end += count
    for (let row = firstNew; row < this.#end; row += 1) this.#moveToItsPlace(row)
    if (excess <= 0) return null
    this.#start += excess
    return this.#time(this.#start)
  }

  forgetBefore(instant: EpochMs): void {
    const [t] = this.view()
    this.#start += firstAtOrAfter(t as Float64Array, instant)
  }

  forgetUpTo(instant: EpochMs): void {
    const [t] = this.view()
    this.#start += firstAfter(t as Float64Array, instant)
  }

  clear(): void {
    this.#start = 0
    this.#end = 0
  }

  view(): Float64Array[] {
    return this.#columns.map((column) => column.subarray(this.#start, this.#end))
  }

  #time(row: number): EpochMs {
    return (this.#columns[0] as Float64Array)[row] as number
  }

  /** Late rows are few and late by little, so that moving them step by step is cheap. */
  #moveToItsPlace(row: number): void {
    const t = this.#time(row)
    let place = row
    while (place > this.#start && this.#time(place - 1) > t) place -= 1
    if (place === row) return
    for (const column of this.#columns) {
      const value = column[row] as number
      column.copyWithin(place + 1, place, row)
      column[place] = value
    }
  }

  #makeRoom(count: number): void {
    const held = this.#end - this.#start
    const capacity = (this.#columns[0] as Float64Array).length
    if (this.#end + count <= capacity) return
    const needed = held + count
    const target = needed * 2 <= capacity ? capacity : Math.max(needed * 2, FIRST_CAPACITY)
    this.#columns = this.#columns.map((column) => {
      const roomy = target === capacity ? column : new Float64Array(target)
      if (roomy === column) column.copyWithin(0, this.#start, this.#end)
      else roomy.set(column.subarray(this.#start, this.#end))
      return roomy
    })
    this.#start = 0
    this.#end = held
  }
}
