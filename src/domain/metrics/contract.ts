/**
 * The metric contract (FC2): each metric is declared once, its words here, its rounding and empty value in `rules.ts`.
 * Pages, tooltips, docs and parity tests read all of it from `METRICS`; the functions beside it only calculate.
 */
import {
  ALERT_RULES,
  type FamilyName,
  FIGURE_RULES,
  type MetricId,
  type MetricRule,
} from '#domain/metrics/rules.ts'

export type * from '#domain/metrics/rules.ts'

export type MetricUnit =
  | 'count'
  | 'per_second'
  | 'ratio'
  | 'pct'
  | 'ms'
  | 's'
  | 'h'
  | 'bytes'
  | 'bytes_per_h'
  | 'score'
  | 'factor'
  | 'condition'

/** How far a parity baseline may differ: by an amount, or by a share of the value. */
export type Tolerance = number | { readonly relative: number }

interface MetricWords {
  readonly title: string
  readonly unit: MetricUnit
  /** How it is computed, for the person who reads the figure. */
  readonly formula: string
  readonly inputs: readonly string[]
  readonly tolerance: Tolerance
  /** Why there is no value, where `empty` is null; else what there is none of. */
  readonly emptyReason: string
}

export type MetricSpec = MetricWords & MetricRule

/** In the order in which people are shown the families. */
export const METRIC_FAMILIES = {
  request: 'Requests',
  slo: 'Error budget',
  pool: 'Connection pool',
  breaker: 'Circuit breaker',
  cache: 'Cache',
  worker: 'Workers',
  probe: 'Health probe',
  restart: 'Restarts',
  policy: 'Restart policy',
  alert: 'Alert conditions',
} as const satisfies Record<FamilyName, string>

const NO_REQUEST = 'No request in this window'
const NO_POOL_SAMPLE = 'No pool sample in this window'
const NO_BREAKER_STATE = 'No breaker state is known for any of this window'
const NO_LOOKUP = 'No lookup was counted between two samples of this window'
const NO_READING = 'No reading of the processes in this window'
const NO_PROBE = 'No probe in this window'
const NO_ATTEMPT = 'No restart was attempted'

const WORDS = {
  'request.count': {
    title: 'Requests',
    unit: 'count',
    formula: 'The number of requests in the window.',
    inputs: ['requests.t'],
    tolerance: 0,
    emptyReason: NO_REQUEST,
  },
  'request.rate': {
    title: 'Request rate',
    unit: 'per_second',
    formula: 'The number of requests in the window, divided by its length in seconds.',
    inputs: ['requests.t'],
    tolerance: 0.001,
    emptyReason: NO_REQUEST,
  },
  'request.error_ratio': {
    title: 'Error ratio',
    unit: 'ratio',
    formula: 'The share of requests answered with status 500 or above.',
    inputs: ['requests.status'],
    tolerance: 0.0001,
    emptyReason: NO_REQUEST,
  },
  'request.p50_ms': {
    title: 'Latency p50',
    unit: 'ms',
    formula:
      'Half of the requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    tolerance: 0.01,
    emptyReason: NO_REQUEST,
  },
  'request.p95_ms': {
    title: 'Latency p95',
    unit: 'ms',
    formula:
      '95 of 100 requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    tolerance: 0.01,
    emptyReason: NO_REQUEST,
  },
  'request.p99_ms': {
    title: 'Latency p99',
    unit: 'ms',
    formula:
      '99 of 100 requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    tolerance: 0.01,
    emptyReason: NO_REQUEST,
  },
  'request.max_ms': {
    title: 'Slowest request',
    unit: 'ms',
    formula: 'The longest duration of any request in the window.',
    inputs: ['requests.duration_ms'],
    tolerance: 0.01,
    emptyReason: NO_REQUEST,
  },
  'request.slow_ratio': {
    title: 'Slow requests',
    unit: 'ratio',
    formula: 'The share of requests that took longer than slow_ms.',
    inputs: ['requests.duration_ms', 'config.slow_ms'],
    tolerance: 0.0001,
    emptyReason: NO_REQUEST,
  },
  'request.apdex': {
    title: 'Apdex',
    unit: 'score',
    formula:
      'Satisfied requests (up to apdex_ms, no error) count one, tolerable ones (up to four times that, no error) one half, all others nothing; divided by the number of requests.',
    inputs: ['requests.duration_ms', 'requests.status', 'config.apdex_ms'],
    tolerance: 0.001,
    emptyReason: NO_REQUEST,
  },
  'slo.burn_rate_5m': {
    title: 'Burn rate, 5 min',
    unit: 'factor',
    formula:
      'The error ratio of the last 5 minutes, divided by the share of errors that the objective allows. 1 uses the error budget up exactly on time.',
    inputs: ['requests.status', 'config.slo_target'],
    tolerance: 0.01,
    emptyReason: 'No request in the last 5 minutes of this window',
  },
  'slo.burn_rate_1h': {
    title: 'Burn rate, 1 h',
    unit: 'factor',
    formula:
      'The error ratio of the last hour, divided by the share of errors that the objective allows. 1 uses the error budget up exactly on time.',
    inputs: ['requests.status', 'config.slo_target'],
    tolerance: 0.01,
    emptyReason: 'No request in the last hour of this window',
  },
  'pool.saturation': {
    title: 'Pool saturation',
    unit: 'ratio',
    formula: 'Connections checked out, divided by the capacity, in the last sample; held between 0 and 1.',
    inputs: ['pool.checked_out', 'pool.max_capacity'],
    tolerance: 0.0001,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.saturation_max': {
    title: 'Highest pool saturation',
    unit: 'ratio',
    formula: 'The highest saturation of any sample in the window.',
    inputs: ['pool.checked_out', 'pool.max_capacity'],
    tolerance: 0.0001,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.time_above_warning_s': {
    title: 'Time above the warning line',
    unit: 's',
    formula:
      'Seconds at or above pool_warning. A sample counts until the next one, at most hold_s, and never past the end of the window.',
    inputs: ['pool.t', 'pool.checked_out', 'pool.max_capacity', 'config.pool_warning', 'config.hold_s'],
    tolerance: 0.1,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.consecutive_breaches': {
    title: 'Consecutive breaches',
    unit: 'count',
    formula: 'The unbroken run of samples at or above pool_warning that ends with the last sample.',
    inputs: ['pool.checked_out', 'pool.max_capacity', 'config.pool_warning'],
    tolerance: 0,
    emptyReason: NO_POOL_SAMPLE,
  },
  'breaker.closed_pct': {
    title: 'Breaker closed',
    unit: 'pct',
    formula:
      'The share of the known time that the breaker spent CLOSED, times 100. A state lasts until the next transition; the time before the first one is not known.',
    inputs: ['breaker.t', 'breaker.state'],
    tolerance: 0.01,
    emptyReason: NO_BREAKER_STATE,
  },
  'breaker.open_pct': {
    title: 'Breaker open',
    unit: 'pct',
    formula:
      'The share of the known time that the breaker spent OPEN, times 100. A state lasts until the next transition; the time before the first one is not known.',
    inputs: ['breaker.t', 'breaker.state'],
    tolerance: 0.01,
    emptyReason: NO_BREAKER_STATE,
  },
  'breaker.half_open_pct': {
    title: 'Breaker half-open',
    unit: 'pct',
    formula:
      'The share of the known time that the breaker spent HALF_OPEN, times 100. A state lasts until the next transition; the time before the first one is not known.',
    inputs: ['breaker.t', 'breaker.state'],
    tolerance: 0.01,
    emptyReason: NO_BREAKER_STATE,
  },
  'breaker.openings': {
    title: 'Breaker openings',
    unit: 'count',
    formula: 'Transitions into OPEN inside the window, from another state or from an unknown one.',
    inputs: ['breaker.t', 'breaker.state'],
    tolerance: 0,
    emptyReason: 'No transition in this window',
  },
  'cache.l1_hit_rate': {
    title: 'L1 hit rate',
    unit: 'ratio',
    formula:
      'The increase of l1_hits, divided by the increase of all three counters. An increase is the sum of the differences between successive samples; where a counter fell it was reset, and its new value counts.',
    inputs: ['cache.l1_hits', 'cache.l2_hits', 'cache.misses'],
    tolerance: 0.0001,
    emptyReason: NO_LOOKUP,
  },
  'cache.l2_hit_rate': {
    title: 'L2 hit rate',
    unit: 'ratio',
    formula:
      'The increase of l2_hits, divided by the increase of all three counters. An increase is the sum of the differences between successive samples; where a counter fell it was reset, and its new value counts.',
    inputs: ['cache.l1_hits', 'cache.l2_hits', 'cache.misses'],
    tolerance: 0.0001,
    emptyReason: NO_LOOKUP,
  },
  'cache.miss_rate': {
    title: 'Miss rate',
    unit: 'ratio',
    formula:
      'The increase of misses, divided by the increase of all three counters. An increase is the sum of the differences between successive samples; where a counter fell it was reset, and its new value counts.',
    inputs: ['cache.l1_hits', 'cache.l2_hits', 'cache.misses'],
    tolerance: 0.0001,
    emptyReason: NO_LOOKUP,
  },
  'worker.count': {
    title: 'Workers',
    unit: 'count',
    formula:
      'The number of different processes in the last reading. Samples that share a time are one reading.',
    inputs: ['process.t', 'process.pid'],
    tolerance: 0,
    emptyReason: NO_READING,
  },
  'worker.rss_total_bytes': {
    title: 'Memory of the service',
    unit: 'bytes',
    formula: 'The resident memory of all processes in the last reading, added up.',
    inputs: ['process.t', 'process.rss_bytes'],
    tolerance: 0,
    emptyReason: NO_READING,
  },
  'worker.rss_growth_bytes_per_h': {
    title: 'Memory growth',
    unit: 'bytes_per_h',
    formula: "The slope of the straight line that fits the readings' totals best (least squares), per hour.",
    inputs: ['process.t', 'process.rss_bytes'],
    tolerance: { relative: 1e-6 },
    emptyReason: 'Fewer than two readings of the processes in this window',
  },
  'worker.hours_to_limit': {
    title: 'Time to the memory limit',
    unit: 'h',
    formula:
      'What is left up to rss_limit_bytes, divided by the growth per hour; 0 at the limit or above it.',
    inputs: ['process.t', 'process.rss_bytes', 'config.rss_limit_bytes'],
    tolerance: 0.1,
    emptyReason: 'The memory does not grow, or there are fewer than two readings in this window',
  },
  'probe.availability_pct': {
    title: 'Probe availability',
    unit: 'pct',
    formula: 'The share of probes that the target answered well, times 100.',
    inputs: ['probe.ok'],
    tolerance: 0.001,
    emptyReason: NO_PROBE,
  },
  'probe.latency_p95_ms': {
    title: 'Probe latency p95',
    unit: 'ms',
    formula:
      '95 of 100 good probes were answered in this time or less: the exact quantile, interpolated between its two neighbours (type 7).',
    inputs: ['probe.ok', 'probe.latency_ms'],
    tolerance: 0.01,
    emptyReason: 'No good probe in this window',
  },
  'probe.degraded_s': {
    title: 'Time degraded',
    unit: 's',
    formula:
      'Seconds in which the last probe gave a reason for being degraded. A probe counts until the next one, at most hold_s, and never past the end of the window.',
    inputs: ['probe.t', 'probe.reason', 'config.hold_s'],
    tolerance: 0.1,
    emptyReason: NO_PROBE,
  },
  'probe.consecutive_failures': {
    title: 'Consecutive failures',
    unit: 'count',
    formula: 'The unbroken run of failed probes that ends with the last probe.',
    inputs: ['probe.ok'],
    tolerance: 0,
    emptyReason: NO_PROBE,
  },
  'restart.count_in_window': {
    title: 'Restarts in the policy window',
    unit: 'count',
    formula: 'Attempts that are at most window_s old at the end of the window.',
    inputs: ['restarts.t_requested', 'config.policy.window_s'],
    tolerance: 0,
    emptyReason: NO_ATTEMPT,
  },
  'restart.budget_left': {
    title: 'Restart budget left',
    unit: 'count',
    formula: 'The retry_budget less the attempts in the policy window, never below 0.',
    inputs: ['restarts.t_requested', 'config.policy.retry_budget', 'config.policy.window_s'],
    tolerance: 0,
    emptyReason: NO_ATTEMPT,
  },
  'restart.max_churn': {
    title: 'Highest churn',
    unit: 'count',
    formula: 'The most attempts within any span of window_s, both of its ends included.',
    inputs: ['restarts.t_requested', 'config.policy.window_s'],
    tolerance: 0,
    emptyReason: NO_ATTEMPT,
  },
  'restart.mttr_s': {
    title: 'Mean time to recover',
    unit: 's',
    formula: 'The mean time from request to completion of the successful attempts.',
    inputs: ['restarts.t_requested', 'restarts.t_completed', 'restarts.success'],
    tolerance: 0.1,
    emptyReason: 'No restart was successful',
  },
  'restart.mtbf_s': {
    title: 'Mean time between restarts',
    unit: 's',
    formula: 'The mean time from one attempt to the next.',
    inputs: ['restarts.t_requested'],
    tolerance: 0.1,
    emptyReason: 'Fewer than two restarts were attempted',
  },
  'policy.cooldown_remaining_s': {
    title: 'Cooldown remaining',
    unit: 's',
    formula:
      'The cooldown_s less the age of the last attempt at the end of the window, rounded up to whole seconds, never below 0.',
    inputs: ['restarts.t_requested', 'config.policy.cooldown_s'],
    tolerance: 0,
    emptyReason: NO_ATTEMPT,
  },
  'alert.pool_pressure': {
    title: 'Pool pressure',
    unit: 'condition',
    formula: 'True at 3 consecutive breaches of the pool or more.',
    inputs: ['pool.checked_out', 'pool.max_capacity', 'config.pool_warning'],
    tolerance: 0,
    emptyReason: NO_POOL_SAMPLE,
  },
  'alert.restart_churn': {
    title: 'Restart churn',
    unit: 'condition',
    formula: 'True when the attempts in the policy window reach churn_threshold.',
    inputs: ['restarts.t_requested', 'config.policy.window_s', 'config.policy.churn_threshold'],
    tolerance: 0,
    emptyReason: NO_ATTEMPT,
  },
  'alert.degraded_sustained': {
    title: 'Degraded for long',
    unit: 'condition',
    formula:
      'True when the unbroken run of probes with a reason for being degraded that ends with the last probe began at least 300 s before the end of the window.',
    inputs: ['probe.t', 'probe.reason'],
    tolerance: 0,
    emptyReason: NO_PROBE,
  },
} as const satisfies Record<MetricId, MetricWords>

const RULES = { ...FIGURE_RULES, ...ALERT_RULES }
type Contract = { readonly [Id in MetricId]: (typeof WORDS)[Id] & (typeof RULES)[Id] }

export const METRICS = Object.fromEntries(
  Object.keys(RULES).map((id) => [id, { ...WORDS[id as MetricId], ...RULES[id as MetricId] }]),
) as unknown as Contract
