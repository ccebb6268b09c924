/**
 * The order of durations that are known by their bins (FC4): only in the few bins where a rank or a threshold lies are the
 * values themselves looked at. Exact, and nothing is sorted as a whole.
 */
import { longLoop } from '#domain/long-loop.ts'
import { firstAtOrAfter } from '#domain/metrics/columns.ts'
import { BIN_COUNT, binOf, type DurationsByBin } from '#domain/metrics/duration-bins.ts'
import { quantileBy, select } from '#domain/metrics/quantile.ts'
import type { DurationMs } from '#domain/time.ts'

const FIRST_CAPACITY = 4096

export interface CountedDurations {
  readonly total: number
  countUpTo(limitMs: DurationMs): number
}

/** How many durations lie in the bins below each. One for all: hundreds of orders are made in a row. */
const ranks = new Int32Array(BIN_COUNT)

function rankBins({ counts }: DurationsByBin): void {
  let below = 0
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    ranks[bin] = below
    below += counts[bin] as number
  }
}

let opened = new Float64Array(FIRST_CAPACITY)

/** The order of all values, of which those of one bin at a time are looked at. Done with before the next one is made. */
export class DurationOrder implements CountedDurations {
  readonly total: number
  readonly #durations: DurationsByBin
  readonly #counts: Int32Array
  /** Whose values lie in `opened`; -1: none's. */
  #openBin = -1
  /** The place in it that was asked for last: nothing before it is larger, and nothing behind it smaller. */
  #found = -1

  constructor(durations: DurationsByBin) {
    longLoop(rankBins, durations)
    this.#durations = durations
    this.#counts = durations.counts
    this.total = durations.total
  }

  quantile(q: number): number | null {
    return quantileBy(this.total, q, (rank) => this.valueAt(rank))
  }

  valueAt(rank: number): number {
    const bin = binAt(rank)
    const count = this.#open(bin)
    const place = rank - (ranks[bin] as number)
    const value = select(opened, place, place > this.#found ? this.#found + 1 : 0, count - 1)
    this.#found = place
    return value
  }

  countUpTo(limitMs: DurationMs): number {
    const bin = binOf(limitMs)
    const count = this.#open(bin)
    let within = ranks[bin] as number
    for (let i = 0; i < count; i += 1) if ((opened[i] as number) <= limitMs) within += 1
    return within
  }

  /** Answers how many values it holds. */
  #open(bin: number): number {
    const count = this.#counts[bin] as number
    if (bin === this.#openBin) return count
    if (count > opened.length) opened = new Float64Array(count * 2)
    this.#durations.copyBin(bin, opened)
    this.#openBin = bin
    this.#found = -1
    return count
  }
}

/** The last one that begins at the rank or below it: those before it that begin there as well are empty. */
function binAt(rank: number): number {
  return firstAtOrAfter(ranks, rank + 1) - 1
}
