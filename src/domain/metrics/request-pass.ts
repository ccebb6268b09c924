/** A window of columns, tallied at once: one pass to count by bin, one more for the values that matter. */
import type { RequestColumns, Span } from '#domain/metrics/columns.ts'
import { BIN_COUNT, BinnedDurations } from '#domain/metrics/duration-bins.ts'
import {
  FailureCounts,
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
} from '#domain/metrics/request-tally.ts'

const counts = new Int32Array(BIN_COUNT)

export function tallyOf(columns: RequestColumns, span: Span, limits: RequestLimits): RequestTally {
  const durations = asDoubles(columns.durationMs, span)
  const binned = new BinnedDurations(durations)
  binned.countInto(counts)
  return readTally(
    {
      total: durations.length,
      counts,
      failures: failuresIn(columns, span, limits),
      valuesIn: (marks, count) => binned.gather(marks, count),
    },
    limits,
  )
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
