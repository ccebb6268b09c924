/**
 * Of each metric of the contract what a calculation ends with: decimal places, half away from zero, applied once at the
 * end, and the value without input: zero is a value, null cannot be known, a budget is still whole. By itself, because
 * the console's worker calculates, and does not explain.
 */
export interface MetricRule {
  readonly places: number
  readonly empty: 0 | null | false | 'retry_budget'
}

export const FIGURE_RULES = {
  'request.count': { places: 0, empty: 0 },
  'request.rate': { places: 3, empty: 0 },
  'request.error_ratio': { places: 4, empty: null },
  'request.p50_ms': { places: 2, empty: null },
  'request.p95_ms': { places: 2, empty: null },
  'request.p99_ms': { places: 2, empty: null },
  'request.max_ms': { places: 2, empty: null },
  'request.slow_ratio': { places: 4, empty: null },
  'request.apdex': { places: 3, empty: null },
  'slo.burn_rate_5m': { places: 2, empty: null },
  'slo.burn_rate_1h': { places: 2, empty: null },
  'pool.saturation': { places: 4, empty: null },
  'pool.saturation_max': { places: 4, empty: null },
  'pool.time_above_warning_s': { places: 1, empty: null },
  'pool.consecutive_breaches': { places: 0, empty: 0 },
  'breaker.closed_pct': { places: 2, empty: null },
  'breaker.open_pct': { places: 2, empty: null },
  'breaker.half_open_pct': { places: 2, empty: null },
  'breaker.openings': { places: 0, empty: 0 },
  'cache.l1_hit_rate': { places: 4, empty: null },
  'cache.l2_hit_rate': { places: 4, empty: null },
  'cache.miss_rate': { places: 4, empty: null },
  'worker.count': { places: 0, empty: null },
  'worker.rss_total_bytes': { places: 0, empty: null },
  'worker.rss_growth_bytes_per_h': { places: 0, empty: null },
  'worker.hours_to_limit': { places: 1, empty: null },
  'probe.availability_pct': { places: 3, empty: null },
  'probe.latency_p95_ms': { places: 2, empty: null },
  'probe.degraded_s': { places: 1, empty: null },
  'probe.consecutive_failures': { places: 0, empty: 0 },
  'restart.count_in_window': { places: 0, empty: 0 },
  'restart.budget_left': { places: 0, empty: 'retry_budget' },
  'restart.max_churn': { places: 0, empty: 0 },
  'restart.mttr_s': { places: 1, empty: null },
  'restart.mtbf_s': { places: 1, empty: null },
  'policy.cooldown_remaining_s': { places: 0, empty: 0 },
} as const satisfies Record<string, MetricRule>

export const ALERT_RULES = {
  'alert.pool_pressure': { places: 0, empty: false },
  'alert.restart_churn': { places: 0, empty: false },
  'alert.degraded_sustained': { places: 0, empty: false },
} as const satisfies Record<string, MetricRule>

export type FigureId = keyof typeof FIGURE_RULES
/** A condition is true or false; every other metric is a figure. */
export type AlertId = keyof typeof ALERT_RULES
export type MetricId = FigureId | AlertId

export type MetricValue = number | null
export type MetricsOf<Id extends MetricId> = {
  readonly [Each in Id]: Each extends AlertId ? boolean : MetricValue
}
export type Metrics = MetricsOf<MetricId>
/** The first part of each id. */
export type FamilyName = MetricId extends `${infer Name}.${string}` ? Name : never
export type MetricFamily<Name extends FamilyName> = Extract<MetricId, `${Name}.${string}`>
