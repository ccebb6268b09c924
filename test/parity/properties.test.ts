import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FigureId, type MetricId, METRICS } from '#domain/metrics/contract.ts'
import { measureAll } from '#domain/metrics/measure.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { readRawDocument } from '#domain/schemas/raw-file.ts'
import { type PlainDocument, readSlowly } from './slow-reading.ts'

const FROM = Date.UTC(2025, 10, 20, 1)
const TO = FROM + 20 * 60_000

/** Anywhere around the window, and again and again where a rule turns over, so that times are often equal. */
const time = fc.oneof(
  fc.integer({ min: FROM - 900_000, max: TO + 60_000 }),
  fc.constantFrom(FROM - 1, FROM, FROM + 1, TO - 1, TO, TO + 1),
  fc.constantFrom(TO - 300_000, TO - 299_999, TO - 600_000, TO - 600_001, TO - 60_000),
  fc.integer({ min: 0, max: 24 }).map((i) => FROM + i * 50_000),
)

function rowsOf<T>(cells: { [Name in keyof T]: fc.Arbitrary<T[Name]> }, at: keyof T, maxLength = 30) {
  const row: fc.Arbitrary<T> = fc.record<T>(cells)
  return fc
    .array(row, { maxLength })
    .map((rows) => rows.toSorted((one, other) => Number(one[at]) - Number(other[at])))
}

const duration = fc.oneof(
  fc.constantFrom(0, 500, 1000, 2000, 0.125, 1.005),
  fc.double({ min: 0, max: 5000, noNaN: true }),
)
const counter = fc.integer({ min: 0, max: 60 })

const config: fc.Arbitrary<PlainDocument['config']> = fc.record({
  slow_ms: fc.constantFrom(1000, 33.3),
  apdex_ms: fc.constantFrom(500, 250),
  slo_target: fc.constantFrom(0.999, 0.95, 0.5),
  pool_warning: fc.constantFrom(0.9, 0.7, 0),
  hold_s: fc.constantFrom(15, 50, 0.1, 0),
  rss_limit_bytes: fc.constantFrom(2_147_483_648, 1_000_000, 500),
  policy: fc.record({
    cooldown_s: fc.constantFrom(60, 0, 1.001),
    retry_budget: fc.integer({ min: 0, max: 5 }),
    window_s: fc.constantFrom(600, 60, 4.35, 0),
    churn_threshold: fc.integer({ min: 1, max: 5 }),
  }),
})

const probe = rowsOf<PlainDocument['probe'][number]>(
  {
    t: time,
    ok: fc.boolean(),
    latency_ms: fc.option(duration),
    reason: fc.constantFrom(null, '', 'slow', 'pool_saturated'),
  },
  't',
).map((rows) => rows.map((row) => ({ ...row, latency_ms: row.ok ? (row.latency_ms ?? 1) : row.latency_ms })))

const restarts = rowsOf<PlainDocument['restarts'][number]>(
  { t_requested: time, t_completed: fc.option(fc.integer({ min: 0, max: 90_000 })), success: fc.boolean() },
  't_requested',
).map((rows) =>
  rows.map(({ t_requested, t_completed: took, success }) => ({
    t_requested,
    t_completed: took === null ? null : t_requested + took,
    success: success && took !== null,
  })),
)

const document: fc.Arbitrary<PlainDocument> = fc.record({
  window: fc.constantFrom({ from: FROM, to: TO }, { from: TO - 60_000, to: TO }, { from: TO - 1, to: TO }),
  config,
  requests: rowsOf<PlainDocument['requests'][number]>(
    { t: time, duration_ms: duration, status: fc.constantFrom(200, 404, 499, 500, 503) },
    't',
    60,
  ),
  pool: rowsOf<PlainDocument['pool'][number]>(
    { t: time, checked_out: fc.integer({ min: -2, max: 12 }), max_capacity: fc.constantFrom(10, 10, 0, -1) },
    't',
  ),
  breaker: rowsOf<PlainDocument['breaker'][number]>(
    { t: time, state: fc.constantFrom('CLOSED', 'OPEN', 'HALF_OPEN') },
    't',
    12,
  ),
  cache: rowsOf<PlainDocument['cache'][number]>(
    { t: time, l1_hits: counter, l2_hits: counter, misses: counter },
    't',
  ),
  process: rowsOf<PlainDocument['process'][number]>(
    { t: time, pid: fc.integer({ min: 1, max: 4 }), rss_bytes: fc.integer({ min: 0, max: 1000 }) },
    't',
  ),
  probe,
  restarts,
})

/** From rows to the form's columns. */
function inColumns({ window, config: given, ...sections }: PlainDocument): unknown {
  const columns = Object.entries(sections).map(([section, rows]) => {
    const names = Object.keys(rows[0] ?? {})
    const lists = names.map((name) => [
      name,
      rows.map((row) => (row as unknown as Record<string, unknown>)[name]),
    ])
    return [section, Object.fromEntries(lists)]
  })
  return { format: 'holdfast.raw/1', window, config: given, ...Object.fromEntries(columns) }
}

/** The rounded figure is the nearest to the exact one that has its places; the doubles' own error aside. */
function isRoundingOf(id: FigureId, found: number, exact: number): boolean {
  const { places } = METRICS[id]
  const rounded = Number(found.toFixed(places))
  const slack = 1e-9 * Math.max(1, Math.abs(exact))
  return rounded === found && Math.abs(found - exact) <= 0.5 * 10 ** -places + slack
}

test('FC5 every metric is the rounding of what a slow, obvious reading of the contract gives', () => {
  fc.assert(
    fc.property(document, (plain) => {
      const reading = readRawDocument(inColumns(plain))
      if (!reading.ok) throw new Error(reading.findings.map(findingText).join('\n'))
      const found = measureAll(reading.value)
      for (const [id, exact] of Object.entries(readSlowly(plain)) as [MetricId, number | boolean | null][]) {
        const value = found[id]
        if (typeof exact === 'number' && typeof value === 'number') {
          expect(isRoundingOf(id as FigureId, value, exact), `${id}: ${value} for ${exact}`).toBe(true)
        } else expect(value, id).toBe(exact)
      }
    }),
    { seed: 20_251_120, numRuns: 1500 },
  )
})
