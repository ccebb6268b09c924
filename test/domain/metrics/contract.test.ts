import { expect, test } from 'vitest'
import { METRICS, type MetricSpec } from '#domain/metrics/contract.ts'

/** The promise of the metric contract, version 1, for these three families: id, places, empty value, tolerance. */
const PROMISED: [id: string, places: number, empty: 0 | null, tolerance: number][] = [
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

test.each(Object.entries(METRICS))(
  'FC2 %s says in words how it is computed and from what',
  (_id, spec: MetricSpec) => {
    expect(spec.title).not.toBe('')
    expect(spec.formula).toMatch(/^[A-Z0-9].*[.]$/)
    expect(spec.emptyReason).not.toBe('')
    expect(spec.inputs.every((input) => /^(requests|pool|probe|config)\.[a-z_0-9]+$/.test(input))).toBe(true)
  },
)
