/**
 * Requests by the time they came, each at a place that it keeps while it is held: what is new is merged in, however
 * late it is, and nothing that points to a row has to be moved.
 */
import type { EpochMs } from '#domain/time.ts'
import type { RequestColumns } from '#domain/metrics/columns.ts'

const FIRST_CAPACITY = 4096
/** Beyond this, on average, rows are sorted as if nothing were known of them. */
const STEPS_EACH = 32

export class RowStore {
  t = new Float64Array(FIRST_CAPACITY)
  durationMs = new Float64Array(FIRST_CAPACITY)
  status = new Uint16Array(FIRST_CAPACITY)
  /** Rows in the order of their time, from `#start` to `#end`. */
  #order = new Int32Array(FIRST_CAPACITY)
  #start = 0
  #end = 0
  /** Rows that nobody holds any more; at first all of them, the lowest last. */
  #free = descending(0, FIRST_CAPACITY)
  #freeCount = FIRST_CAPACITY

  get size(): number {
    return this.#end - this.#start
  }

  get capacity(): number {
    return this.t.length
  }

  /** The row at a rank in time. */
  at(rank: number): number {
    return this.#order[this.#start + rank] as number
  }

  timeAt(rank: number): EpochMs {
    return this.t[this.at(rank)] as number
  }

  firstAtOrAfter(instant: EpochMs): number {
    let low = 0
    let high = this.size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.timeAt(middle) < instant) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Answers the rows, in the order of their time. */
  add(columns: RequestColumns): Int32Array {
    const count = columns.t.length
    this.#makeRoom(count)
    const rows = new Int32Array(count)
    for (let i = 0; i < count; i += 1) {
      const row = this.#free[(this.#freeCount -= 1)] as number
      this.t[row] = columns.t[i] as number
      this.durationMs[row] = columns.durationMs[i] as number
      this.status[row] = columns.status[i] as number
      rows[i] = row
    }
    sortByTime(rows, this.t)
    this.#merge(rows)
    return rows
  }

  /** Between two ranks, as columns of their own. */
  columns(start: number, end: number): Record<keyof RequestColumns, Float64Array> {
    const t = new Float64Array(end - start)
    const durationMs = new Float64Array(end - start)
    const status = new Float64Array(end - start)
    for (let rank = start; rank < end; rank += 1) {
      const row = this.at(rank)
      t[rank - start] = this.t[row] as number
      durationMs[rank - start] = this.durationMs[row] as number
      status[rank - start] = this.status[row] as number
    }
    return { t, durationMs, status }
  }

  /** A view: good until something is added. */
  oldest(count: number): Int32Array {
    return this.#order.subarray(this.#start, this.#start + count)
  }

  /** The oldest go. */
  drop(count: number): void {
    this.#free.set(this.oldest(count), this.#freeCount)
    this.#freeCount += count
    this.#start += count
  }

  /** From the end: only what is later than the earliest of the new rows is moved. */
  #merge(rows: Int32Array): void {
    let from = this.#end - 1
    let to = this.#end + rows.length - 1
    for (let next = rows.length - 1; next >= 0; to -= 1) {
      const row = rows[next] as number
      const isHeldLater =
        from >= this.#start && (this.t[this.#order[from] as number] as number) > (this.t[row] as number)
      this.#order[to] = isHeldLater ? (this.#order[from] as number) : row
      if (isHeldLater) from -= 1
      else next -= 1
    }
    this.#end += rows.length
  }

  #makeRoom(count: number): void {
    const needed = this.size + count
    if (needed > this.capacity) this.#grow(Math.max(needed, this.capacity * 2))
    if (this.#end + count <= this.#order.length) return
    this.#order.copyWithin(0, this.#start, this.#end)
    this.#end = this.size
    this.#start = 0
  }

  #grow(capacity: number): void {
    const grown = capacity - this.capacity
    const free = new Int32Array(capacity)
    free.set(descending(this.capacity, grown))
    free.set(this.#free.subarray(0, this.#freeCount), grown)
    this.#free = free
    this.#freeCount += grown
    this.t = copied(new Float64Array(capacity), this.t)
    this.durationMs = copied(new Float64Array(capacity), this.durationMs)
    this.status = copied(new Uint16Array(capacity), this.status)
    // Twice as long: it then begins anew only once in as many rows as are held.
    const order = new Int32Array(capacity * 2)
    order.set(this.#order.subarray(this.#start, this.#end))
    this.#order = order
    this.#end = this.size
    this.#start = 0
  }
}

/** Nearly always they are in their order, or late by little: then moving them step by step is the fastest. */
function sortByTime(rows: Int32Array, t: Float64Array): void {
  let stepsLeft = rows.length * STEPS_EACH
  for (let i = 1; i < rows.length; i += 1) {
    const row = rows[i] as number
    const time = t[row] as number
    let place = i
    while (place > 0 && (t[rows[place - 1] as number] as number) > time) {
      rows[place] = rows[place - 1] as number
      place -= 1
    }
    rows[place] = row
    stepsLeft -= i - place
    if (stepsLeft < 0) return void rows.sort((one, other) => (t[one] as number) - (t[other] as number))
  }
}

function descending(first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => first + count - 1 - index)
}

function copied<T extends Float64Array | Uint16Array>(roomy: T, held: T): T {
  roomy.set(held)
  return roomy
}
