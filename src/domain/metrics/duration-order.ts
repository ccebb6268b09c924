/**
 * The order of durations that are known by their bins (FC4): only in the few bins where a rank or a threshold lies are the
 * values themselves looked at. Exact, and nothing is sorted as a whole.
 */
import { longLoop } from '#domain/long-loop.ts'
import { firstAtOrAfter } from '#domain/metrics/columns.ts'
import { BIN_COUNT, binOf, type DurationsByBin } from '#domain/metrics/duration-bins.ts'
import { interpolated, placeOf, select } from '#domain/metrics/quantile.ts'
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

  constructor(durations: DurationsByBin) {
    longLoop(rankBins, durations)
    this.#durations = durations
    this.#counts = durations.counts
    this.total = durations.total
  }

  quantile(q: number): number | null {
    const { total } = this
    if (total === 0) return null
    const { below, above, weight } = placeOf(total, q)
    const low = this.valueAt(below)
    return interpolated(low, above === below ? low : this.#valueAfter(below), weight)
  }

  valueAt(rank: number): number {
    const bin = binAt(rank)
    const count = this.#open(bin)
    return select(opened, rank - (ranks[bin] as number), 0, count - 1)
  }

  /** Of the rank above the one that was asked for last: those that come after it are known, but not in their order. */
  #valueAfter(rank: number): number {
    const place = rank + 1 - (ranks[this.#openBin] as number)
    const count = this.#counts[this.#openBin] as number
    if (place === count) return this.valueAt(rank + 1)
    let least = opened[place] as number
    for (let i = place + 1; i < count; i += 1) least = Math.min(least, opened[i] as number)
    return least
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
    return count
  }
}

/** The last one that begins at the rank or below it: those before it that begin there as well are empty. */
function binAt(rank: number): number {
  return firstAtOrAfter(ranks, rank + 1) - 1
}
