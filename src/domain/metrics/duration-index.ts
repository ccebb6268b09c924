/** The durations of a window that slides, by bin: one comes and goes at the cost of a few writes. */
import { BIN_COUNT, binOf, type DurationsByBin } from '#domain/metrics/duration-bins.ts'

const FIRST_ROOM = 16

/** What is known of a queue lies beside each other: where its room begins and ends, and within that the queue. */
const FIELDS = 4
const [BASE, LIMIT, START, END] = [0, 1, 2, 3] as const

/**
 * Each bin is a queue, and all of them lie in one column: what a tick has to fetch into the cache is most of its cost, and of
 * a queue in an array of its own it would fetch that array's head as well.
 */
export class DurationIndex implements DurationsByBin {
  readonly #counts = new Int32Array(BIN_COUNT)
  readonly #queues = new Int32Array(BIN_COUNT * FIELDS)
  #column = new Float64Array(BIN_COUNT)
  /** What lies beyond it belongs to no queue yet. */
  #used = 0
  total = 0

  /** Made anew each time it is asked for, in the same place. */
  get counts(): Int32Array {
    for (let bin = 0; bin < BIN_COUNT; bin += 1) this.#counts[bin] = this.#countOf(bin)
    return this.#counts
  }

  add(duration: number): void {
    const bin = binOf(duration)
    const queue = bin * FIELDS
    if (this.#queues[queue + END] === this.#queues[queue + LIMIT]) this.#makeRoom(bin)
    const end = this.#queues[queue + END] as number
    this.#column[end] = duration
    this.#queues[queue + END] = end + 1
    this.total += 1
  }

  /**
   * They go in the order in which they came, but for a late one: so the first is nearly always it, and it is never far.
   * Which of several equal ones goes makes no difference.
   */
  remove(duration: number): void {
    const bin = binOf(duration)
    const column = this.#column
    const start = this.#queues[bin * FIELDS + START] as number
    let place = start
    while (column[place] !== duration) place += 1
    column[place] = column[start] as number
    this.#queues[bin * FIELDS + START] = start + 1
    this.total -= 1
  }

  copyBin(bin: number, into: Float64Array): void {
    into.set(this.#held(bin))
  }

  #held(bin: number): Float64Array {
    const queue = bin * FIELDS
    return this.#column.subarray(this.#queues[queue + START], this.#queues[queue + END])
  }

  #countOf(bin: number): number {
    return (this.#queues[bin * FIELDS + END] as number) - (this.#queues[bin * FIELDS + START] as number)
  }

  #roomOf(bin: number): number {
    return (this.#queues[bin * FIELDS + LIMIT] as number) - (this.#queues[bin * FIELDS + BASE] as number)
  }

  /** At its front, where at least half of it is free; else elsewhere, twice as much. */
  #makeRoom(bin: number): void {
    const room = this.#roomOf(bin)
    if (this.#countOf(bin) * 2 < room) {
      this.#moveTo(this.#queues[bin * FIELDS + BASE] as number, room, bin)
      return
    }
    const wanted = Math.max(FIRST_ROOM, room * 2)
    if (this.#used + wanted > this.#column.length) this.#gather(wanted)
    this.#moveTo(this.#used, wanted, bin)
    this.#used += wanted
  }

  #moveTo(base: number, room: number, bin: number): void {
    this.#column.set(this.#held(bin), base)
    this.#place(bin, base, room)
  }

  #place(bin: number, base: number, room: number): void {
    const count = this.#countOf(bin)
    this.#queues.set([base, base + room, base, base + count], bin * FIELDS)
  }

  /** All queues one behind the other in a new column: what some of them have left behind is given back. */
  #gather(more: number): void {
    let rooms = 0
    for (let bin = 0; bin < BIN_COUNT; bin += 1) rooms += this.#roomOf(bin)
    const column = new Float64Array((rooms + more) * 2)
    this.#used = 0
    for (let bin = 0; bin < BIN_COUNT; bin += 1) {
      const room = this.#roomOf(bin)
      column.set(this.#held(bin), this.#used)
      this.#place(bin, this.#used, room)
      this.#used += room
    }
    this.#column = column
  }
}
