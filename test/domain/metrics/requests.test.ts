import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { METRICS } from '#domain/metrics/contract.ts'
import { measureRequests, type RequestMetrics } from '#domain/metrics/requests.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, durationMs: number, status: number]

const window = { from: 1_000_000, to: 1_060_000 }

function columnsOf(rows: readonly Row[]) {
  return {
    t: rows.map(([t]) => t),
    durationMs: rows.map(([, duration]) => duration),
    status: rows.map(([, , status]) => status),
  }
}

const CASES: { title: string; rows: Row[]; expected: Partial<RequestMetrics> }[] = [
  {
    title: 'nothing: zero is zero, what cannot be known is null',
    rows: [],
    expected: {
      'request.count': 0,
      'request.rate': 0,
      'request.error_ratio': null,
      'request.p50_ms': null,
      'request.max_ms': null,
      'request.slow_ratio': null,
      'request.apdex': null,
    },
  },
  {
    title: 'one good request: no errors is a ratio of zero, not a missing one',
    rows: [[1_000_000, 12.345, 200]],
    expected: {
      'request.count': 1,
      'request.rate': 0.017,
      'request.error_ratio': 0,
      'request.p50_ms': 12.35,
      'request.p99_ms': 12.35,
      'request.apdex': 1,
    },
  },
  {
    title: 'half-open: a request at the start counts, one at the end does not',
    rows: [
      [999_999, 1, 500],
      [1_000_000, 2, 200],
      [1_059_999, 4, 200],
      [1_060_000, 8, 500],
    ],
    expected: { 'request.count': 2, 'request.max_ms': 4, 'request.error_ratio': 0 },
  },
  {
    title: 'slow and apdex at their borders: equal to the threshold is still within it',
    rows: [
      [1_000_001, 500, 200],
      [1_000_002, 500.01, 200],
      [1_000_003, 1000, 200],
      [1_000_004, 2000, 200],
      [1_000_005, 2000.01, 200],
      [1_000_006, 1, 503],
    ],
    expected: { 'request.slow_ratio': 0.3333, 'request.apdex': 0.417 },
  },
  {
    title: 'status 499 is no error, 500 is one',
    rows: [
      [1_000_001, 1, 200],
      [1_000_002, 1, 404],
      [1_000_003, 1, 499],
      [1_000_004, 1, 500],
    ],
    expected: { 'request.error_ratio': 0.25 },
  },
]

test.each(CASES)('FC3 requests: $title', ({ rows, expected }) => {
  expect(settleAll(measureRequests(columnsOf(rows), window, config))).toMatchObject(expected)
})

test('FC3 typed columns give the same figures as plain ones', () => {
  const rows: Row[] = [
    [1_000_100, 33.25, 200],
    [1_000_200, 12.5, 502],
  ]
  const plain = columnsOf(rows)
  const typed = {
    t: Float64Array.from(plain.t),
    durationMs: Float64Array.from(plain.durationMs),
    status: Uint16Array.from(plain.status),
  }
  expect(settleAll(measureRequests(typed, window, config))).toEqual(
    settleAll(measureRequests(plain, window, config)),
  )
})

/** The slow, obvious reading: filter, sort, count. */
function obvious(rows: readonly Row[]): Record<string, number | null> {
  const inside = rows.filter(([t]) => t >= window.from && t < window.to)
  const n = inside.length
  const share = (holds: (row: Row) => boolean) => (n === 0 ? null : inside.filter(holds).length / n)
  const sorted = inside.map(([, duration]) => duration).sort((one, other) => one - other)
  const quantile = (q: number) => {
    if (n === 0) return null
    const place = (n - 1) * q
    const low = sorted[Math.floor(place)] as number
    const high = sorted[Math.ceil(place)] as number
    return low * (1 - (place % 1)) + high * (place % 1)
  }
  const satisfied = share(([, duration, status]) => status < 500 && duration <= 500)
  const tolerating = share(([, duration, status]) => status < 500 && duration > 500 && duration <= 2000)
  const errors = share(([, , status]) => status >= 500)
  return {
    'request.count': n,
    'request.rate': n / 60,
    'request.error_ratio': errors,
    'request.p50_ms': quantile(0.5),
    'request.p95_ms': quantile(0.95),
    'request.p99_ms': quantile(0.99),
    'request.max_ms': sorted.at(-1) ?? null,
    'request.slow_ratio': share(([, duration]) => duration > 1000),
    'request.apdex': satisfied === null || tolerating === null ? null : satisfied + tolerating / 2,
  }
}

const row = fc.tuple(
  fc.integer({ min: window.from - 5000, max: window.to + 5000 }),
  fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constantFrom(500, 1000, 2000)),
  fc.constantFrom(200, 301, 404, 499, 500, 503),
)

test('FC3 every request metric agrees with the slow, obvious reading within its tolerance', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 80 }), (unordered) => {
      const rows = unordered.toSorted(([one], [other]) => one - other)
      const metrics = settleAll(measureRequests(columnsOf(rows), window, config))
      for (const [id, expected] of Object.entries(obvious(rows))) {
        const found = metrics[id as keyof RequestMetrics]
        const { tolerance, places } = METRICS[id as keyof RequestMetrics]
        if (expected === null) expect(found, id).toBeNull()
        else
          expect(Math.abs((found as number) - expected), id).toBeLessThanOrEqual(
            tolerance + 0.5 * 10 ** -places,
          )
      }
    }),
  )
})
