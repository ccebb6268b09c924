/** Burn rates of the error budget (FC3): 1 uses the budget up exactly as fast as the objective allows. */
import { type MetricsWindow, type RequestColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { errorRatioOf, type Failures, failuresIn } from '#domain/metrics/requests.ts'
import type { DurationMs } from '#domain/time.ts'

type SloMetricId = MetricFamily<'slo'>
export type SloMetrics = MetricsOf<SloMetricId>

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export function measureSlo(
  columns: RequestColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): SloMetrics {
  return sloMetricsOf((part) => failuresIn(columns, spanIn(columns.t, part)), window, config)
}

export function sloMetricsOf(
  failuresOf: (part: MetricsWindow) => Failures,
  { from, to }: MetricsWindow,
  { sloTarget }: MetricsConfig,
): SloMetrics {
  /** Of the end of the window; of the whole of a shorter one. */
  const burnRate = (lengthMs: DurationMs) => {
    const ratio = errorRatioOf(failuresOf({ from: Math.max(from, to - lengthMs), to }))
    return ratio === null ? null : ratio / (1 - sloTarget)
  }
  return {
    'slo.burn_rate_5m': burnRate(5 * MINUTE_MS),
    'slo.burn_rate_1h': burnRate(HOUR_MS),
  }
}
