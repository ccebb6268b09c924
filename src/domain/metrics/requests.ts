/** The request metrics (FC3): exact over the requests of a half-open window. */
import { type MetricsWindow, type RequestColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { ascendingCopy, quantileOf } from '#domain/metrics/quantile.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import type { DurationMs } from '#domain/time.ts'

type RequestMetricId = MetricFamily<'request'>
export type RequestMetrics = MetricsOf<RequestMetricId>

export function measureRequests(
  columns: RequestColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): RequestMetrics {
  const span = spanIn(columns.t, window)
  const durations = ascendingCopy(columns.durationMs, span.start, span.end)
  return settleAll<RequestMetricId>({
    'request.count': durations.length,
    'request.rate': durations.length / ((window.to - window.from) / 1000),
    'request.error_ratio': errorRatio(columns, span),
    'request.p50_ms': quantileOf(durations, 0.5),
    'request.p95_ms': quantileOf(durations, 0.95),
    'request.p99_ms': quantileOf(durations, 0.99),
    'request.max_ms': durations.at(-1) ?? null,
    'request.slow_ratio': slowRatio(durations, config.slowMs),
    'request.apdex': apdex(columns, span, config.apdexMs),
  })
}

/** The share of requests that ended in a server error; null without requests. */
export function errorRatio({ status }: RequestColumns, { start, end }: Span): number | null {
  if (start === end) return null
  let errors = 0
  for (let i = start; i < end; i += 1) if (isServerError(status[i] as number)) errors += 1
  return errors / (end - start)
}

export function isServerError(status: number): boolean {
  return status >= 500
}

function slowRatio(durations: Float64Array, slowMs: DurationMs): number | null {
  if (durations.length === 0) return null
  return durations.reduce((slow, duration) => (duration > slowMs ? slow + 1 : slow), 0) / durations.length
}

function apdex(columns: RequestColumns, { start, end }: Span, apdexMs: DurationMs): number | null {
  if (start === end) return null
  let score = 0
  for (let i = start; i < end; i += 1) {
    if (isServerError(columns.status[i] as number)) continue
    const duration = columns.durationMs[i] as number
    if (duration <= apdexMs) score += 1
    else if (duration <= 4 * apdexMs) score += 0.5
  }
  return score / (end - start)
}
