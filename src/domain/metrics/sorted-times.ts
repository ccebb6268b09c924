/** Times in their order, from which the oldest are forgotten; how many lie in a window is found by halving. */
import { type MetricsWindow, spanIn } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

const FIRST_CAPACITY = 256

export class SortedTimes {
  #times = new Float64Array(FIRST_CAPACITY)
  #start = 0
  #end = 0

  /** The new ones ascend; only what is later than the earliest of them is moved. */
  add(times: readonly EpochMs[]): void {
    this.#makeRoom(times.length)
    let from = this.#end - 1
    let to = this.#end + times.length - 1
    for (let next = times.length - 1; next >= 0; to -= 1) {
      const time = times[next] as number
      const held = from >= this.#start ? (this.#times[from] as number) : -Infinity
      this.#times[to] = Math.max(held, time)
      if (held > time) from -= 1
      else next -= 1
    }
    this.#end += times.length
  }

  forget(count: number): void {
    this.#start += count
  }

  countIn(window: MetricsWindow): number {
    const { start, end } = spanIn(this.#view(), window)
    return end - start
  }

  #view(): Float64Array {
    return this.#times.subarray(this.#start, this.#end)
  }

  #makeRoom(count: number): void {
    if (this.#end + count <= this.#times.length) return
    const held = this.#view()
    const roomy = new Float64Array(Math.max((held.length + count) * 2, FIRST_CAPACITY))
    roomy.set(held)
    this.#times = roomy
    this.#start = 0
    this.#end = held.length
  }
}
