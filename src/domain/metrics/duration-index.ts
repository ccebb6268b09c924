/** The durations of a window that slides, by bin: one comes and goes at the cost of a few writes. */
import { BIN_COUNT, binOf, type DurationsByBin } from '#domain/metrics/duration-bins.ts'

const FIRST_CAPACITY = 16

/** Each bin is a queue. Plain arrays and no object for each: what a tick has to fetch into the cache is most of its cost. */
export class DurationIndex implements DurationsByBin {
  readonly counts = new Int32Array(BIN_COUNT)
  /** Where the first of each queue is. */
  readonly #starts = new Int32Array(BIN_COUNT)
  readonly #queues = Array.from({ length: BIN_COUNT }, () => NONE)
  total = 0

  add(duration: number): void {
    const bin = binOf(duration)
    const count = this.counts[bin] as number
    if ((this.#starts[bin] as number) + count >= (this.#queues[bin] as Float64Array).length)
      this.#makeRoom(bin)
    const queue = this.#queues[bin] as Float64Array
    queue[(this.#starts[bin] as number) + count] = duration
    this.counts[bin] = count + 1
    this.total += 1
  }

  /**
   * They go in the order in which they came, but for a late one: so the first is nearly always it, and it is never far.
   * Which of several equal ones goes makes no difference.
   */
  remove(duration: number): void {
    const bin = binOf(duration)
    const queue = this.#queues[bin] as Float64Array
    const start = this.#starts[bin] as number
    let place = start
    while (queue[place] !== duration) place += 1
    queue[place] = queue[start] as number
    this.#starts[bin] = start + 1
    this.counts[bin] = (this.counts[bin] as number) - 1
    this.total -= 1
  }

  copyBin(bin: number, into: Float64Array): void {
    into.set(this.#held(bin))
  }

  #held(bin: number): Float64Array {
    const start = this.#starts[bin] as number
    return (this.#queues[bin] as Float64Array).subarray(start, start + (this.counts[bin] as number))
  }

  /** At the front, where at least half of it is free. */
  #makeRoom(bin: number): void {
    const held = this.#held(bin)
    const { length } = this.#queues[bin] as Float64Array
    if (held.length * 2 >= length) this.#queues[bin] = new Float64Array(Math.max(FIRST_CAPACITY, length * 2))
    ;(this.#queues[bin] as Float64Array).set(held)
    this.#starts[bin] = 0
  }
}

const NONE = new Float64Array(0)
