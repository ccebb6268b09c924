/**
 * What the request metrics are made of, read from counts by bin (FC4): only in the few bins where a rank or a
 * threshold lies are the values themselves looked at. Every figure is exact, and nothing is sorted as a whole.
 */
import { BIN_COUNT, binOf } from '#domain/metrics/duration-bins.ts'
import { interpolated, placeOf, select } from '#domain/metrics/quantile.ts'
import type { DurationMs } from '#domain/time.ts'

export interface RequestTally {
  readonly count: number
  readonly errors: number
  readonly slow: number
  /** Of those that did not fail. */
  readonly satisfied: number
  readonly tolerating: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

export interface RequestLimits {
  readonly slowMs: DurationMs
  readonly apdexMs: DurationMs
}

const TOLERATED_TIMES = 4

export function isServerError(status: number): boolean {
  return status >= 500
}

/** Requests that failed are few: they are told apart when they are counted. */
export class FailureCounts {
  total = 0
  satisfied = 0
  tolerating = 0

  count(durationMs: number, { apdexMs }: RequestLimits, by = 1): void {
    this.total += by
    if (durationMs <= apdexMs) this.satisfied += by
    else if (durationMs <= TOLERATED_TIMES * apdexMs) this.tolerating += by
  }
}

export interface BinnedRequests {
  readonly total: number
  /** How many lie in each bin. */
  readonly counts: Int32Array
  readonly failures: FailureCounts
  /** The durations in the marked bins, so many, in any order. */
  readonly valuesIn: (marks: Uint8Array, count: number) => Float64Array
}

export function readTally(binned: BinnedRequests, { slowMs, apdexMs }: RequestLimits): RequestTally {
  const { total, failures } = binned
  const places = { p50: placeOf(total, 0.5), p95: placeOf(total, 0.95), p99: placeOf(total, 0.99) }
  const ranks =
    total === 0 ? [] : [...Object.values(places).flatMap(({ below, above }) => [below, above]), total - 1]
  const order = orderAt(binned, ranks, [slowMs, apdexMs, TOLERATED_TIMES * apdexMs])
  const quantile = ({ below, above, weight }: ReturnType<typeof placeOf>) =>
    total === 0 ? null : interpolated(order.valueAt(below), order.valueAt(above), weight)
  const upToApdex = order.countUpTo(apdexMs)
  return {
    count: total,
    errors: failures.total,
    slow: total - order.countUpTo(slowMs),
    satisfied: upToApdex - failures.satisfied,
    tolerating: order.countUpTo(TOLERATED_TIMES * apdexMs) - upToApdex - failures.tolerating,
    p50: quantile(places.p50),
    p95: quantile(places.p95),
    p99: quantile(places.p99),
    max: total === 0 ? null : order.valueAt(total - 1),
  }
}

/** A bin whose values are known in their order. */
interface Stretch {
  readonly bin: number
  /** How many values are smaller, because their bins are. */
  readonly before: number
  /** Where its values begin among those that were gathered. */
  readonly offset: number
  readonly count: number
}

const marks = new Uint8Array(BIN_COUNT)

/** The order of all values, known at some ranks (ascending) and around some limits. */
function orderAt(binned: BinnedRequests, ranks: readonly number[], limits: readonly number[]) {
  for (const limit of limits) marks[binOf(limit)] = 1
  const stretches = markStretches(binned, ranks)
  const gathered = stretches.reduce((sum, { count }) => sum + count, 0)
  const values = byStretch(binned.valuesIn(marks, gathered), stretches)
  for (const { bin } of stretches) marks[bin] = 0

  const stretchAt = (isWanted: (stretch: Stretch) => boolean): Stretch => stretches.find(isWanted) as Stretch
  return {
    valueAt: (rank: number): number => {
      const { before, offset, count } = stretchAt((stretch) => rank < stretch.before + stretch.count)
      return select(values, offset + rank - before, offset, offset + count - 1)
    },
    countUpTo: (limit: number): number => {
      const bin = binOf(limit)
      const { before, offset, count } = stretchAt((stretch) => stretch.bin === bin)
      let within = 0
      for (let i = offset; i < offset + count; i += 1) if ((values[i] as number) <= limit) within += 1
      return before + within
    },
  }
}

const cursorOf = new Int32Array(BIN_COUNT)

function byStretch(values: Float64Array, stretches: readonly Stretch[]): Float64Array {
  const sorted = new Float64Array(values.length)
  for (const { bin, offset } of stretches) cursorOf[bin] = offset
  for (let i = 0; i < values.length; i += 1) {
    const bin = binOf(values[i] as number)
    const place = cursorOf[bin] as number
    sorted[place] = values[i] as number
    cursorOf[bin] = place + 1
  }
  return sorted
}

/** Marks the bins where the ranks lie, beside those that are marked; answers all of them, ascending. */
function markStretches({ counts, total }: BinnedRequests, ranks: readonly number[]): Stretch[] {
  const stretches: Stretch[] = []
  let before = 0
  let offset = 0
  let next = 0
  // The total is the rank of nothing.
  let rank = ranks[0] ?? total
  for (let bin = 0; bin < BIN_COUNT; bin += 1) {
    const count = counts[bin] as number
    if (rank < before + count || marks[bin] === 1) {
      marks[bin] = 1
      stretches.push({ bin, before, offset, count })
      offset += count
      while (rank < before + count) rank = ranks[(next += 1)] ?? total
    }
    before += count
  }
  return stretches
}
