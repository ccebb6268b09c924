/** Requests by the time they came, as columns without a gap: what is new is merged in, however late it is. */
import type { Column, RequestColumns } from '#domain/metrics/columns.ts'

const FIRST_CAPACITY = 4096
/** Beyond this, on average, rows are sorted as if nothing were known of them. */
const STEPS_EACH = 32

export class RowStore {
  #t = new Float64Array(FIRST_CAPACITY)
  #durationMs = new Float64Array(FIRST_CAPACITY)
  #status = new Uint16Array(FIRST_CAPACITY)
  #start = 0
  #end = 0

  get size(): number {
    return this.#end - this.#start
  }

  /** Views: good until something is added. */
  columns(): RequestColumns {
    return {
      t: this.#t.subarray(this.#start, this.#end),
      durationMs: this.#durationMs.subarray(this.#start, this.#end),
      status: this.#status.subarray(this.#start, this.#end),
    }
  }

  /** They ascend, and nearly always the first of them is no earlier than the last that is held. */
  add(columns: RequestColumns): void {
    const { t, durationMs, status } = columns
    this.#makeRoom(t.length)
    const first = this.#end
    this.#end += t.length
    if (first > this.#start && (this.#t[first - 1] as number) > (t[0] as number)) return this.#merge(columns)
    this.#t.set(t, first)
    this.#durationMs.set(durationMs, first)
    this.#status.set(status, first)
  }

  /** From the end: only what is later than the earliest of the new ones is moved. */
  #merge({ t, durationMs, status }: RequestColumns): void {
    const [times, durations, states] = [this.#t, this.#durationMs, this.#status]
    let from = this.#end - t.length - 1
    let to = this.#end - 1
    for (let next = t.length - 1; next >= 0; to -= 1) {
      const isHeldLater = from >= this.#start && (times[from] as number) > (t[next] as number)
      times[to] = (isHeldLater ? times[from] : t[next]) as number
      durations[to] = (isHeldLater ? durations[from] : durationMs[next]) as number
      states[to] = (isHeldLater ? states[from] : status[next]) as number
      if (isHeldLater) from -= 1
      else next -= 1
    }
  }

  /** The oldest go. */
  drop(count: number): void {
    this.#start += count
  }

  /** At the front, where at least half of it is free. */
  #makeRoom(count: number): void {
    if (this.#end + count <= this.#t.length) return
    const { size } = this
    const held = this.columns()
    if ((size + count) * 2 > this.#t.length) {
      const capacity = (size + count) * 2
      this.#t = new Float64Array(capacity)
      this.#durationMs = new Float64Array(capacity)
      this.#status = new Uint16Array(capacity)
    }
    this.#t.set(held.t)
    this.#durationMs.set(held.durationMs)
    this.#status.set(held.status)
    this.#start = 0
    this.#end = size
  }
}

/** Nearly always they are in their order. */
export function ascending(columns: RequestColumns): RequestColumns {
  const { t, durationMs, status } = columns
  let next = 1
  while (next < t.length && (t[next - 1] as number) <= (t[next] as number)) next += 1
  if (next >= t.length) return columns
  const places = placesByTime(t)
  return { t: picked(t, places), durationMs: picked(durationMs, places), status: picked(status, places) }
}

/** A loop, because `from` with a function takes ten times as long. */
function picked(column: Column<number>, places: Int32Array): Float64Array {
  const values = new Float64Array(places.length)
  for (let i = 0; i < places.length; i += 1) values[i] = column[places[i] as number] as number
  return values
}

/** Late rows are late by little: then moving them step by step is the fastest. */
function placesByTime(t: RequestColumns['t']): Int32Array {
  const places = new Int32Array(t.length)
  let stepsLeft = places.length * STEPS_EACH
  for (let i = 0; i < places.length; i += 1) {
    const time = t[i] as number
    let to = i
    while (to > 0 && (t[places[to - 1] as number] as number) > time) {
      places[to] = places[to - 1] as number
      to -= 1
    }
    places[to] = i
    stepsLeft -= i - to
    if (stepsLeft < 0)
      return places.map((_, place) => place).sort((one, other) => (t[one] as number) - (t[other] as number))
  }
  return places
}
