/** Burn rates of the error budget (FC3): 1 uses the budget up exactly as fast as the objective allows. */
import { type MetricsWindow, type RequestColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { errorRatio } from '#domain/metrics/requests.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import type { DurationMs } from '#domain/time.ts'

type SloMetricId = MetricFamily<'slo'>
export type SloMetrics = MetricsOf<SloMetricId>

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export function measureSlo(
  columns: RequestColumns,
  window: MetricsWindow,
  { sloTarget }: MetricsConfig,
): SloMetrics {
  return settleAll<SloMetricId>({
    'slo.burn_rate_5m': burnRate(columns, lastPart(window, 5 * MINUTE_MS), sloTarget),
    'slo.burn_rate_1h': burnRate(columns, lastPart(window, HOUR_MS), sloTarget),
  })
}

/** The end of a window; the whole of a shorter one. */
function lastPart({ from, to }: MetricsWindow, lengthMs: DurationMs): MetricsWindow {
  return { from: Math.max(from, to - lengthMs), to }
}

function burnRate(columns: RequestColumns, window: MetricsWindow, sloTarget: number): number | null {
  const ratio = errorRatio(columns, spanIn(columns.t, window))
  return ratio === null ? null : ratio / (1 - sloTarget)
}
