/** The request metrics (FC3): exact over the requests of a half-open window. */
import { longLoop } from '#domain/long-loop.ts'
import { type MetricsWindow, type RequestColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { durationsIn } from '#domain/metrics/duration-bins.ts'
import { chained } from '#domain/metrics/request-pass.ts'
import {
  type FailureTally,
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
  TOLERATED_TIMES,
} from '#domain/metrics/request-tally.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

type RequestMetricId = MetricFamily<'request'>
export type RequestMetrics = MetricsOf<RequestMetricId>

export function measureRequests(
  columns: RequestColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): RequestMetrics {
  return requestMetricsOf(tallyOf(columns, spanIn(columns.t, window), config), window)
}

/** Exact, from the columns. */
export function tallyOf(columns: RequestColumns, span: Span, limits: RequestLimits): RequestTally {
  // In this order: those that failed lie scattered, and would be fetched one by one had not all been fetched just now.
  const requests = chained(durationsIn(columns, span))
  return readTally(requests, longLoop(failuresOf, columns, span, limits), limits)
}

/** By a loop of its own: within the one that chains them, the same comparisons cost that loop a third of its speed. */
function failuresOf(
  { durationMs, status }: RequestColumns,
  { start, end }: Span,
  { apdexMs }: RequestLimits,
): FailureTally {
  const toleratedMs = TOLERATED_TIMES * apdexMs
  let total = 0
  let satisfied = 0
  let tolerated = 0
  for (let i = start; i < end; i += 1) {
    if (isServerError(status[i] as number)) {
      total += 1
      if ((durationMs[i] as number) <= apdexMs) satisfied += 1
      if ((durationMs[i] as number) <= toleratedMs) tolerated += 1
    }
  }
  return { total, satisfied, tolerating: tolerated - satisfied }
}

/** Requests that failed are few: they are picked out once, in the order in which they came. */
export function failedAmong({ t, durationMs, status }: RequestColumns): {
  t: EpochMs[]
  durationMs: DurationMs[]
} {
  const failed = { t: [] as EpochMs[], durationMs: [] as DurationMs[] }
  for (let i = 0; i < t.length; i += 1) {
    if (!isServerError(status[i] as number)) continue
    failed.t.push(t[i] as number)
    failed.durationMs.push(durationMs[i] as number)
  }
  return failed
}

export function requestMetricsOf(tally: RequestTally, window: MetricsWindow): RequestMetrics {
  const { count, slow, satisfied, tolerating } = tally
  return {
    'request.count': count,
    'request.rate': perSecond(count, window),
    'request.error_ratio': errorRatioOf(tally),
    'request.p50_ms': tally.p50,
    'request.p95_ms': tally.p95,
    'request.p99_ms': tally.p99,
    'request.max_ms': tally.max,
    'request.slow_ratio': count === 0 ? null : slow / count,
    'request.apdex': count === 0 ? null : (satisfied + tolerating / 2) / count,
  }
}

export function perSecond(count: number, { from, to }: MetricsWindow): number {
  return count / ((to - from) / 1000)
}

export type Failures = Pick<RequestTally, 'count' | 'errors'>

/** The share of requests that ended in a server error; null without requests. */
export function errorRatioOf({ count, errors }: Failures): number | null {
  return count === 0 ? null : errors / count
}

export function failuresIn({ status }: RequestColumns, { start, end }: Span): Failures {
  let errors = 0
  for (let i = start; i < end; i += 1) if (isServerError(status[i] as number)) errors += 1
  return { count: end - start, errors }
}
