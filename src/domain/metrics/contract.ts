/**
 * The metric contract (FC2): each metric is declared here once. Pages, tooltips, docs and parity tests
 * read title, unit, formula and rounding from this table; the functions beside it only calculate.
 */
export type MetricUnit = 'count' | 'per_second' | 'ratio' | 'pct' | 'ms' | 's' | 'score' | 'factor'

export interface MetricSpec {
  readonly title: string
  readonly unit: MetricUnit
  /** How it is computed, for the person who reads the figure. */
  readonly formula: string
  readonly inputs: readonly string[]
  /** Decimal places, half away from zero, applied once at the end. */
  readonly places: number
  /** How far a parity baseline may differ. */
  readonly tolerance: number
  /** The value without input: zero is a value, null cannot be known. */
  readonly empty: 0 | null
  /** Why there is no value, where `empty` is null. */
  readonly emptyReason: string
}

const NO_REQUEST = 'No request in this window'
const NO_POOL_SAMPLE = 'No pool sample in this window'
const NO_PROBE = 'No probe in this window'

export const METRICS = {
  'request.count': {
    title: 'Requests',
    unit: 'count',
    formula: 'The number of requests in the window.',
    inputs: ['requests.t'],
    places: 0,
    tolerance: 0,
    empty: 0,
    emptyReason: NO_REQUEST,
  },
  'request.rate': {
    title: 'Request rate',
    unit: 'per_second',
    formula: 'The number of requests in the window, divided by its length in seconds.',
    inputs: ['requests.t'],
    places: 3,
    tolerance: 0.001,
    empty: 0,
    emptyReason: NO_REQUEST,
  },
  'request.error_ratio': {
    title: 'Error ratio',
    unit: 'ratio',
    formula: 'The share of requests answered with status 500 or above.',
    inputs: ['requests.status'],
    places: 4,
    tolerance: 0.0001,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.p50_ms': {
    title: 'Latency p50',
    unit: 'ms',
    formula:
      'Half of the requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.p95_ms': {
    title: 'Latency p95',
    unit: 'ms',
    formula:
      '95 of 100 requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.p99_ms': {
    title: 'Latency p99',
    unit: 'ms',
    formula:
      '99 of 100 requests took this long or less: the exact quantile of all durations, interpolated between its two neighbours (type 7).',
    inputs: ['requests.duration_ms'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.max_ms': {
    title: 'Slowest request',
    unit: 'ms',
    formula: 'The longest duration of any request in the window.',
    inputs: ['requests.duration_ms'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.slow_ratio': {
    title: 'Slow requests',
    unit: 'ratio',
    formula: 'The share of requests that took longer than slow_ms.',
    inputs: ['requests.duration_ms', 'config.slow_ms'],
    places: 4,
    tolerance: 0.0001,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'request.apdex': {
    title: 'Apdex',
    unit: 'score',
    formula:
      'Satisfied requests (up to apdex_ms, no error) count one, tolerable ones (up to four times that, no error) one half, all others nothing; divided by the number of requests.',
    inputs: ['requests.duration_ms', 'requests.status', 'config.apdex_ms'],
    places: 3,
    tolerance: 0.001,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'slo.burn_rate_5m': {
    title: 'Burn rate, 5 min',
    unit: 'factor',
    formula:
      'The error ratio of the last 5 minutes, divided by the share of errors that the objective allows. 1 uses the error budget up exactly on time.',
    inputs: ['requests.status', 'config.slo_target'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'slo.burn_rate_1h': {
    title: 'Burn rate, 1 h',
    unit: 'factor',
    formula:
      'The error ratio of the last hour, divided by the share of errors that the objective allows. 1 uses the error budget up exactly on time.',
    inputs: ['requests.status', 'config.slo_target'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: NO_REQUEST,
  },
  'pool.saturation': {
    title: 'Pool saturation',
    unit: 'ratio',
    formula: 'Connections checked out, divided by the capacity, in the last sample; held between 0 and 1.',
    inputs: ['pool.checked_out', 'pool.max_capacity'],
    places: 4,
    tolerance: 0.0001,
    empty: null,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.saturation_max': {
    title: 'Highest pool saturation',
    unit: 'ratio',
    formula: 'The highest saturation of any sample in the window.',
    inputs: ['pool.checked_out', 'pool.max_capacity'],
    places: 4,
    tolerance: 0.0001,
    empty: null,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.time_above_warning_s': {
    title: 'Time above the warning line',
    unit: 's',
    formula:
      'Seconds at or above pool_warning. A sample counts until the next one, at most hold_s, and never past the end of the window.',
    inputs: ['pool.t', 'pool.checked_out', 'pool.max_capacity', 'config.pool_warning', 'config.hold_s'],
    places: 1,
    tolerance: 0.1,
    empty: null,
    emptyReason: NO_POOL_SAMPLE,
  },
  'pool.consecutive_breaches': {
    title: 'Consecutive breaches',
    unit: 'count',
    formula: 'The unbroken run of samples at or above pool_warning that ends with the last sample.',
    inputs: ['pool.checked_out', 'pool.max_capacity', 'config.pool_warning'],
    places: 0,
    tolerance: 0,
    empty: 0,
    emptyReason: NO_POOL_SAMPLE,
  },
  'probe.availability_pct': {
    title: 'Probe availability',
    unit: 'pct',
    formula: 'The share of probes that the target answered well, times 100.',
    inputs: ['probe.ok'],
    places: 3,
    tolerance: 0.001,
    empty: null,
    emptyReason: NO_PROBE,
  },
  'probe.latency_p95_ms': {
    title: 'Probe latency p95',
    unit: 'ms',
    formula:
      '95 of 100 good probes were answered in this time or less: the exact quantile, interpolated between its two neighbours (type 7).',
    inputs: ['probe.ok', 'probe.latency_ms'],
    places: 2,
    tolerance: 0.01,
    empty: null,
    emptyReason: 'No good probe in this window',
  },
  'probe.degraded_s': {
    title: 'Time degraded',
    unit: 's',
    formula:
      'Seconds in which the last probe gave a reason for being degraded. A probe counts until the next one, at most hold_s, and never past the end of the window.',
    inputs: ['probe.t', 'probe.reason', 'config.hold_s'],
    places: 1,
    tolerance: 0.1,
    empty: null,
    emptyReason: NO_PROBE,
  },
  'probe.consecutive_failures': {
    title: 'Consecutive failures',
    unit: 'count',
    formula: 'The unbroken run of failed probes that ends with the last probe.',
    inputs: ['probe.ok'],
    places: 0,
    tolerance: 0,
    empty: 0,
    emptyReason: NO_PROBE,
  },
} as const satisfies Record<string, MetricSpec>

export type MetricId = keyof typeof METRICS
export type MetricValue = number | null
export type MetricsOf<Id extends MetricId> = Readonly<Record<Id, MetricValue>>
export type MetricFamily<Prefix extends string> = Extract<MetricId, `${Prefix}.${string}`>
