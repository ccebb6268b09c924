import { expect, test } from 'vitest'
import { METRICS, type MetricSpec, type Tolerance } from '#domain/metrics/contract.ts'
import { measureAll } from '#domain/metrics/measure.ts'
import { RAW_SECTIONS } from '#domain/schemas/raw-columns.ts'
import { readRawDocument } from '#domain/schemas/raw-file.ts'

/** The promise of the metric contract, version 1: id, places, empty value, tolerance. */
const PROMISED: [id: string, places: number, empty: MetricSpec['empty'], tolerance: Tolerance][] = [
  ['request.count', 0, 0, 0],
  ['request.rate', 3, 0, 0.001],
  ['request.error_ratio', 4, null, 0.0001],
  ['request.p50_ms', 2, null, 0.01],
  ['request.p95_ms', 2, null, 0.01],
  ['request.p99_ms', 2, null, 0.01],
  ['request.max_ms', 2, null, 0.01],
  ['request.slow_ratio', 4, null, 0.0001],
  ['request.apdex', 3, null, 0.001],
  ['slo.burn_rate_5m', 2, null, 0.01],
  ['slo.burn_rate_1h', 2, null, 0.01],
  ['pool.saturation', 4, null, 0.0001],
  ['pool.saturation_max', 4, null, 0.0001],
  ['pool.time_above_warning_s', 1, null, 0.1],
  ['pool.consecutive_breaches', 0, 0, 0],
  ['probe.availability_pct', 3, null, 0.001],
  ['probe.latency_p95_ms', 2, null, 0.01],
  ['probe.degraded_s', 1, null, 0.1],
  ['probe.consecutive_failures', 0, 0, 0],
  ['breaker.closed_pct', 2, null, 0.01],
  ['breaker.open_pct', 2, null, 0.01],
  ['breaker.half_open_pct', 2, null, 0.01],
  ['breaker.openings', 0, 0, 0],
  ['cache.l1_hit_rate', 4, null, 0.0001],
  ['cache.l2_hit_rate', 4, null, 0.0001],
  ['cache.miss_rate', 4, null, 0.0001],
  ['worker.count', 0, null, 0],
  ['worker.rss_total_bytes', 0, null, 0],
  ['worker.rss_growth_bytes_per_h', 0, null, { relative: 1e-6 }],
  ['worker.hours_to_limit', 1, null, 0.1],
  ['restart.count_in_window', 0, 0, 0],
  ['restart.budget_left', 0, 'retry_budget', 0],
  ['restart.max_churn', 0, 0, 0],
  ['restart.mttr_s', 1, null, 0.1],
  ['restart.mtbf_s', 1, null, 0.1],
  ['policy.cooldown_remaining_s', 0, 0, 0],
  ['alert.pool_pressure', 0, false, 0],
  ['alert.restart_churn', 0, false, 0],
  ['alert.degraded_sustained', 0, false, 0],
]

test('FC2 the contract declares exactly the promised metrics', () => {
  expect(Object.keys(METRICS).toSorted()).toEqual(PROMISED.map(([id]) => id).toSorted())
})

test.each(PROMISED)(
  'FC2 %s: places, empty value and tolerance are the promised ones',
  (id, places, empty, tolerance) => {
    const spec: MetricSpec = METRICS[id as keyof typeof METRICS]
    expect({ places: spec.places, empty: spec.empty, tolerance: spec.tolerance }).toEqual({
      places,
      empty,
      tolerance,
    })
  },
)

const CONFIG =
  'slow_ms apdex_ms slo_target pool_warning hold_s rss_limit_bytes policy.cooldown_s policy.retry_budget policy.window_s policy.churn_threshold'
const KNOWN_INPUTS = new Set([
  ...CONFIG.split(' ').map((key) => `config.${key}`),
  ...Object.entries(RAW_SECTIONS).flatMap(([section, columns]) =>
    Object.keys(columns).map((column) => `${section}.${column}`),
  ),
])

test.each(Object.entries(METRICS))(
  'FC2 %s says in words how it is computed and from what',
  (_id, spec: MetricSpec) => {
    expect(spec.title).not.toBe('')
    expect(spec.formula).toMatch(/^[A-Z0-9].*[.]$/)
    expect(spec.emptyReason).not.toBe('')
    expect(spec.inputs.filter((input) => !KNOWN_INPUTS.has(input))).toEqual([])
  },
)

test('FC2 a file without samples gives exactly the empty values of the contract', () => {
  const reading = readRawDocument({ format: 'holdfast.raw/1', window: { from: 0, to: 60_000 } })
  if (!reading.ok) throw new Error(JSON.stringify(reading.findings))
  const expected = Object.entries(METRICS).map(([id, { empty }]) => [
    id,
    empty === 'retry_budget' ? 3 : empty,
  ])
  expect(measureAll(reading.value)).toEqual(Object.fromEntries(expected))
})
