/** Burn rates of the error budget (FC3): 1 uses the budget up exactly as fast as the objective allows. */
import { type MetricsWindow, type RequestColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { errorRatioOf, type Failures, failuresIn } from '#domain/metrics/requests.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import type { DurationMs } from '#domain/time.ts'

type SloMetricId = MetricFamily<'slo'>
export type SloMetrics = MetricsOf<SloMetricId>

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

export interface BurnSpans<T> {
  readonly last5m: T
  readonly lastHour: T
}

export function measureSlo(
  columns: RequestColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): SloMetrics {
  const { last5m, lastHour } = burnSpans(window)
  const failures = (part: MetricsWindow) => failuresIn(columns, spanIn(columns.t, part))
  return sloMetricsOf({ last5m: failures(last5m), lastHour: failures(lastHour) }, config)
}

export function burnSpans(window: MetricsWindow): BurnSpans<MetricsWindow> {
  return { last5m: lastPart(window, 5 * MINUTE_MS), lastHour: lastPart(window, HOUR_MS) }
}

export function sloMetricsOf(failures: BurnSpans<Failures>, { sloTarget }: MetricsConfig): SloMetrics {
  return settleAll<SloMetricId>({
    'slo.burn_rate_5m': burnRate(failures.last5m, sloTarget),
    'slo.burn_rate_1h': burnRate(failures.lastHour, sloTarget),
  })
}

/** The end of a window; the whole of a shorter one. */
function lastPart({ from, to }: MetricsWindow, lengthMs: DurationMs): MetricsWindow {
  return { from: Math.max(from, to - lengthMs), to }
}

function burnRate(failures: Failures, sloTarget: number): number | null {
  const ratio = errorRatioOf(failures)
  return ratio === null ? null : ratio / (1 - sloTarget)
}
