import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MetricsWindow, RequestColumns } from '#domain/metrics/columns.ts'
import { DEFAULT_METRICS_CONFIG } from '#domain/metrics/config.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { measureRequests } from '#domain/metrics/requests.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import { bucketsBefore, requestSeries } from '#domain/metrics/series.ts'
import { measureSlo } from '#domain/metrics/slo.ts'

type Row = readonly [t: number, durationMs: number, status: number]

const BUCKET_MS = 1_000

/** They ascend, as in every page. */
function columnsOf(unordered: readonly Row[]): RequestColumns {
  const rows = unordered.toSorted(([one], [other]) => one - other)
  return {
    t: Float64Array.from(rows, ([t]) => t),
    durationMs: Float64Array.from(rows, ([, durationMs]) => durationMs),
    status: Float64Array.from(rows, ([, , status]) => status),
  }
}

/** Everything that is held, kept the slow way. */
class Held {
  rows: Row[] = []

  add(rows: readonly Row[], rowsMax: number): number | null {
    this.rows = [...this.rows, ...rows].toSorted(([one], [other]) => one - other)
    const excess = this.rows.length - rowsMax
    if (excess <= 0) return null
    const last = this.rows[excess - 1]?.[0] ?? 0
    this.rows = this.rows.filter(([t]) => t > last)
    return this.rows[0]?.[0] ?? last + 1
  }

  forgetBefore(instant: number): void {
    this.rows = this.rows.filter(([t]) => t >= instant)
  }

  measure(window: MetricsWindow, config: typeof DEFAULT_METRICS_CONFIG) {
    const columns = columnsOf(this.rows)
    return settleAll({ ...measureRequests(columns, window, config), ...measureSlo(columns, window, config) })
  }
}

const duration = fc.oneof(
  fc.integer({ min: 0, max: 5_000_000 }).map((us) => us / 1000),
  // What comes again and again, and what lies beyond the octaves of the bins.
  fc.constantFrom(0, -0, 12.5, 500, 2_000, 1e-9, 1e12),
)
const row = (from: number, to: number): fc.Arbitrary<Row> =>
  fc.tuple(fc.integer({ min: from, max: to }), duration, fc.constantFrom(200, 404, 499, 500, 503))

type Step =
  | { readonly do: 'add'; readonly rows: readonly Row[] }
  | {
      readonly do: 'measure'
      readonly window: MetricsWindow
      readonly slowMs: number
      readonly apdexMs: number
    }
  | { readonly do: 'forget'; readonly before: number }

const LAST = 20_000
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add'), rows: fc.array(row(0, LAST), { maxLength: 40 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('measure'),
      window: fc
        .tuple(fc.integer({ min: 0, max: LAST }), fc.integer({ min: 1, max: LAST }))
        .map(([from, length]) => ({ from, to: from + length })),
      slowMs: fc.constantFrom(1_000, 2_000),
      apdexMs: fc.constantFrom(500, 12.5),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('forget'), before: fc.integer({ min: 0, max: LAST }) }),
  },
)

test('FC4 after whatever came, however late, every figure is that of the columns of the window', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.constantFrom(60, 1_000_000), (steps, rowsMax) => {
      const live = new LiveRequests(rowsMax)
      const held = new Held()
      for (const now of steps) {
        if (now.do === 'add') expect(live.add(columnsOf(now.rows))).toBe(held.add(now.rows, rowsMax))
        if (now.do === 'forget') {
          live.forgetBefore(now.before)
          held.forgetBefore(now.before)
        }
        if (now.do !== 'measure') continue
        const config = { ...DEFAULT_METRICS_CONFIG, slowMs: now.slowMs, apdexMs: now.apdexMs }
        expect(settleAll(live.measure(now.window, config))).toEqual(held.measure(now.window, config))
        const buckets = bucketsBefore(now.window.to, BUCKET_MS, 8)
        const gaps = [{ from: 3_500, to: 4_200 }]
        expect(live.series(buckets, gaps)).toEqual(requestSeries(columnsOf(held.rows), buckets, gaps))
      }
    }),
    { numRuns: 300 },
  )
})

describe('FC4 the window moves on', () => {
  const window = (to: number) => ({ from: to - 10_000, to })

  test('and a request at its very end counts from the next look on', () => {
    const live = new LiveRequests(1_000)
    live.add(columnsOf([[10_000, 5, 200]]))
    expect(live.measure(window(10_000), DEFAULT_METRICS_CONFIG)['request.count']).toBe(0)
    expect(live.measure(window(10_001), DEFAULT_METRICS_CONFIG)['request.count']).toBe(1)
    expect(live.measure(window(20_000), DEFAULT_METRICS_CONFIG)['request.count']).toBe(1)
    expect(live.measure(window(20_001), DEFAULT_METRICS_CONFIG)['request.count']).toBe(0)
  })

  test.each([
    ['in any order', (at: number) => (at * 7_919) % 20_011],
    ['late by little', (at: number) => at - (at % 7) * 3],
    ['all at once', () => 12_345],
  ])('over more requests than it began with room for, that came %s', (_title, timeOf) => {
    const live = new LiveRequests(50_000)
    const held = new Held()
    for (let page = 0; page < 4; page += 1) {
      const rows = Array.from({ length: 5_000 }, (_, index): Row => {
        const at = page * 5_000 + index
        return [timeOf(at), (at * 31) % 977, at % 50 === 0 ? 503 : 200]
      })
      live.add(columnsOf(rows))
      held.add(rows, 50_000)
      const now = { from: page * 4_000, to: page * 4_000 + 9_000 }
      expect(settleAll(live.measure(now, DEFAULT_METRICS_CONFIG))).toEqual(
        held.measure(now, DEFAULT_METRICS_CONFIG),
      )
    }
  })

  test('and what is cleared does not come back', () => {
    const live = new LiveRequests(1_000)
    live.add(columnsOf([[1_000, 5, 500]]))
    live.measure(window(2_000), DEFAULT_METRICS_CONFIG)
    live.clear()
    expect(live.measure(window(2_000), DEFAULT_METRICS_CONFIG)).toMatchObject({
      'request.count': 0,
      'request.p95_ms': null,
      'slo.burn_rate_5m': null,
    })
  })
})
