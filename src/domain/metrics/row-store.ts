/** Rows by the time they came, as columns without a gap: what is new is merged in, however late it is. */
import { type Column, firstAfter, firstAtOrAfter } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

const FIRST_CAPACITY = 4096

/** The time, and what is known of each row beside it. */
interface Rows {
  readonly t: Column<EpochMs>
}
type Held<Columns> = { readonly [Name in keyof Columns]: Float64Array }

export class RowStore<Columns extends Rows> {
  #columns: Held<Columns>
  readonly #rowsMax: number
  #start = 0
  #end = 0

  constructor(names: readonly (keyof Columns)[], rowsMax = Infinity) {
    this.#columns = Object.fromEntries(names.map((name) => [name, new Float64Array()])) as Held<Columns>
    this.#rowsMax = rowsMax
  }

  get size(): number {
    return this.#end - this.#start
  }

  /** Views: good until something is added. */
  columns(): Held<Columns> {
    return mapped(this.#columns, (column) => column.subarray(this.#start, this.#end))
  }

  /** They ascend, and nearly always the first of them is no earlier than the last that is held. */
  add(rows: Columns): void {
    const { t } = rows
    this.#makeRoom(t.length)
    const first = this.#end
    this.#end += t.length
    const isLate = first > this.#start && (this.#columns.t[first - 1] as number) > (t[0] as number)
    // The time says where the others go: it comes last.
    for (const name of namesOf(this.#columns).toReversed()) {
      if (isLate) this.#merge(rows, name)
      else this.#columns[name].set(rows[name] as Column<number>, first)
    }
    const excess = this.size - this.#rowsMax
    if (excess > 0) this.#dropInstant(excess)
  }

  /** From the end: only what is later than the earliest of the new ones is moved. */
  #merge(rows: Columns, name: keyof Columns): void {
    const { t } = this.#columns
    const column = this.#columns[name]
    const added = rows[name] as Column<number>
    let from = this.#end - added.length - 1
    let to = this.#end - 1
    for (let next = added.length - 1; next >= 0; to -= 1) {
      const isHeldLater = from >= this.#start && (t[from] as number) > (rows.t[next] as number)
      column[to] = (isHeldLater ? column[from] : added[next]) as number
      if (isHeldLater) from -= 1
      else next -= 1
    }
  }

  /** The oldest go. */
  drop(count: number): void {
    this.#start += count
  }

  forgetBefore(instant: EpochMs): void {
    this.drop(firstAtOrAfter(this.columns().t, instant))
  }

  clear(): void {
    this.drop(this.size)
  }

  /** So many, and what shares a time with the last of them: half of a reading would be a smaller service. */
  #dropInstant(count: number): void {
    const { t } = this.columns()
    this.drop(firstAfter(t, t[count - 1] as number))
  }

  /** At the front, where at least half of it is free. */
  #makeRoom(count: number): void {
    const { size } = this
    const capacity = this.#columns.t.length
    if (this.#end + count <= capacity) return
    const wanted = Math.max((size + count) * 2, FIRST_CAPACITY)
    this.#columns = mapped(this.#columns, (column) => {
      const roomy = capacity >= wanted ? column : new Float64Array(wanted)
      roomy.set(column.subarray(this.#start, this.#end))
      return roomy
    })
    this.#start = 0
    this.#end = size
  }
}

function namesOf<Columns extends object>(columns: Columns): (keyof Columns)[] {
  return Object.keys(columns) as (keyof Columns)[]
}

function mapped<Columns extends object, Value>(
  columns: Columns,
  change: (column: Columns[keyof Columns]) => Value,
): { readonly [Name in keyof Columns]: Value } {
  const changed = {} as { [Name in keyof Columns]: Value }
  for (const name of namesOf(columns)) changed[name] = change(columns[name])
  return changed
}
