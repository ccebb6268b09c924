/** The durations of a window that slides, by bin: one comes and goes at the cost of a few writes. */
import { BIN_COUNT, binOfWord, type DurationsByBin, wordsOf } from '#domain/metrics/duration-bins.ts'

const FIRST_ROOM = 16

/** What is known of a queue lies beside each other: where its room begins and ends, and where in that the queue begins. */
const FIELDS = 4
const BASE = 0
const LIMIT = 1
const START = 2

/**
 * Each bin is a queue, and all of them lie in one column: what a tick has to fetch into the cache is most of its cost, and of
 * a queue in an array of its own it would fetch that array's head as well.
 */
export class DurationIndex implements DurationsByBin {
  readonly counts = new Int32Array(BIN_COUNT)
  total = 0
  readonly #queues = new Int32Array(BIN_COUNT * FIELDS)
  #column = new Float64Array(BIN_COUNT)
  /** What lies beyond it belongs to no queue yet. */
  #used = 0
  /** How much of it belongs to none any more. */
  #left = 0

  add(durations: Float64Array): void {
    const words = wordsOf(durations)
    for (let i = 0; i < durations.length; i += 1) {
      const bin = binOfWord(words[2 * i + 1] as number)
      if (this.#endOf(bin) === this.#queues[bin * FIELDS + LIMIT]) this.#makeRoom(bin)
      this.#column[this.#endOf(bin)] = durations[i] as number
      this.counts[bin] = (this.counts[bin] as number) + 1
    }
    this.total += durations.length
  }

  /**
   * They go in the order in which they came, but for a late one: so the first is nearly always it, and it is never far.
   * Which of several equal ones goes makes no difference.
   */
  remove(durations: Float64Array): void {
    const words = wordsOf(durations)
    const column = this.#column
    for (let i = 0; i < durations.length; i += 1) {
      const bin = binOfWord(words[2 * i + 1] as number)
      const start = this.#queues[bin * FIELDS + START] as number
      let place = start
      while (column[place] !== durations[i]) place += 1
      column[place] = column[start] as number
      this.#queues[bin * FIELDS + START] = start + 1
      this.counts[bin] = (this.counts[bin] as number) - 1
    }
    this.total -= durations.length
  }

  copyBin(bin: number, into: Float64Array): void {
    into.set(this.#held(bin))
  }

  #held(bin: number): Float64Array {
    return this.#column.subarray(this.#queues[bin * FIELDS + START], this.#endOf(bin))
  }

  #endOf(bin: number): number {
    return (this.#queues[bin * FIELDS + START] as number) + (this.counts[bin] as number)
  }

  #roomOf(bin: number): number {
    return (this.#queues[bin * FIELDS + LIMIT] as number) - (this.#queues[bin * FIELDS + BASE] as number)
  }

  /** At its front, where at least half of it is free; else elsewhere, twice as much. */
  #makeRoom(bin: number): void {
    const room = this.#roomOf(bin)
    if ((this.counts[bin] as number) * 2 < room) {
      this.#move(bin, this.#column, this.#queues[bin * FIELDS + BASE] as number, room)
      return
    }
    const wanted = Math.max(FIRST_ROOM, room * 2)
    if (this.#used + wanted > this.#column.length) this.#gather(wanted)
    this.#left += room
    this.#append(bin, this.#column, wanted)
  }

  #append(bin: number, column: Float64Array, room: number): void {
    this.#move(bin, column, this.#used, room)
    this.#used += room
  }

  #move(bin: number, column: Float64Array, base: number, room: number): void {
    column.set(this.#held(bin), base)
    this.#queues.set([base, base + room, base], bin * FIELDS)
  }

  /** All queues one behind the other in a new column: what some of them have left behind is given back. */
  #gather(more: number): void {
    const column = new Float64Array((this.#used - this.#left + more) * 2)
    this.#used = 0
    this.#left = 0
    for (let bin = 0; bin < BIN_COUNT; bin += 1) this.#append(bin, column, this.#roomOf(bin))
    this.#column = column
  }
}
