/**
 * A window of columns, tallied in one pass over its rows: each duration is chained to the one before it in its bin, so
 * that the values of the few bins that matter are found without another look at all of them.
 */
import { longLoop } from '#domain/long-loop.ts'
import type { Column, RequestColumns, Span } from '#domain/metrics/columns.ts'
import {
  asDoubles,
  BIN_COUNT,
  binOfWord,
  type DurationsByBin,
  openBinOfWord,
  wordsOf,
} from '#domain/metrics/duration-bins.ts'
import {
  FailureCounts,
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
} from '#domain/metrics/request-tally.ts'

const BIN_MASK = BIN_COUNT - 1
const FIRST_CAPACITY = 4096

export function tallyOf(
  { durationMs, status }: RequestColumns,
  { start, end }: Span,
  limits: RequestLimits,
): RequestTally {
  const durations = asDoubles(durationMs, start, end)
  const failures = new FailureCounts()
  const stretch: Stretch = {
    counts,
    total: durations.length,
    copyBin: (bin, into) => copyChain(durations, bin, into),
    durations,
    status,
    start,
    failures,
    limits,
  }
  longLoop(chainRows, stretch)
  return readTally(stretch, failures, limits)
}

/** One for all: a chart asks for hundreds of stretches in a row, and each is read before the next is chained. */
const counts = new Int32Array(BIN_COUNT)
/** The place of the last duration of each bin; what stands at an empty bin means nothing, nor does a chain's end. */
const lasts = new Int32Array(BIN_COUNT)
/** For each duration the place of the one before it in its bin. */
let befores = new Int32Array(FIRST_CAPACITY)

interface Stretch extends DurationsByBin {
  readonly durations: Float64Array
  /** The whole column, of which the stretch's first is at `start`. */
  readonly status: Column<number>
  readonly start: number
  readonly failures: FailureCounts
  readonly limits: RequestLimits
}

function copyChain(durations: Float64Array, bin: number, into: Float64Array): void {
  const count = counts[bin] as number
  let place = lasts[bin] as number
  for (let i = 0; i < count; i += 1) {
    into[i] = durations[place] as number
    place = befores[place] as number
  }
}

/**
 * Nearly always all lie within the octaves, and then a mask will do instead of comparisons, which makes it three times
 * as fast; where one does not, all are chained again with comparisons.
 */
function chainRows({ durations, status, start, limits, failures, total }: Stretch): void {
  const words = wordsOf(durations)
  if (total > befores.length) befores = new Int32Array(total * 2)
  const before = befores
  let beyond = 0
  counts.fill(0)
  for (let i = 0; i < total; i += 1) {
    const open = openBinOfWord(words[2 * i + 1] as number)
    const bin = open & BIN_MASK
    beyond |= open
    counts[bin] = (counts[bin] as number) + 1
    before[i] = lasts[bin] as number
    lasts[bin] = i
    if (isServerError(status[start + i] as number)) failures.count(durations[i] as number, limits)
  }
  if ((beyond & ~BIN_MASK) !== 0) chainCompared(words)
}

function chainCompared(words: Int32Array): void {
  counts.fill(0)
  for (let i = 0; 2 * i < words.length; i += 1) {
    const bin = binOfWord(words[2 * i + 1] as number)
    counts[bin] = (counts[bin] as number) + 1
    befores[i] = lasts[bin] as number
    lasts[bin] = i
  }
}
