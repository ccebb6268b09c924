/** A window of columns, tallied at once: one pass over the durations, one over the states. */
import type { RequestColumns, Span } from '#domain/metrics/columns.ts'
import { ChainedDurations } from '#domain/metrics/duration-bins.ts'
import {
  FailureCounts,
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
} from '#domain/metrics/request-tally.ts'

/** One for all: a chart asks for hundreds of buckets in a row. */
const durations = new ChainedDurations()

export function tallyOf(columns: RequestColumns, span: Span, limits: RequestLimits): RequestTally {
  durations.fill(asDoubles(columns.durationMs, span))
  return readTally(durations, failuresIn(columns, span, limits), limits)
}

/** No copy where the column is what the agent's frames are decoded to. */
function asDoubles(column: RequestColumns['durationMs'], { start, end }: Span): Float64Array {
  if (column instanceof Float64Array) return column.subarray(start, end)
  const copy = new Float64Array(end - start)
  for (let i = start; i < end; i += 1) copy[i - start] = column[i] as number
  return copy
}

function failuresIn(
  { durationMs, status }: RequestColumns,
  { start, end }: Span,
  limits: RequestLimits,
): FailureCounts {
  const failures = new FailureCounts()
  for (let i = start; i < end; i += 1) {
    if (isServerError(status[i] as number)) failures.count(durationMs[i] as number, limits)
  }
  return failures
}
