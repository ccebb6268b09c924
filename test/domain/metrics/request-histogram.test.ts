import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RequestColumns } from '#domain/metrics/columns.ts'
import { HISTOGRAM_ERROR, RequestHistogram } from '#domain/metrics/request-histogram.ts'
import { tallyOf } from '#domain/metrics/requests.ts'
import type { RequestTally } from '#domain/metrics/request-tally.ts'

const LIMITS = { slowMs: 1000, apdexMs: 500 }
/** What the last bit of a double may do to a sum beside it. */
const ROUNDING = 1e-12

const durations = fc.oneof(
  fc.double({ min: 0.001, max: 4_000_000, noNaN: true }),
  // Around the thresholds, where it matters.
  fc.integer({ min: 480_000, max: 520_000 }).map((us) => us / 1000),
  fc.constantFrom(500, 1000, 2000),
)
const requests = fc.array(fc.tuple(durations, fc.constantFrom(200, 404, 500, 503)), { maxLength: 200 })

function columnsOf(rows: readonly (readonly [number, number])[]): RequestColumns {
  return {
    t: rows.map((_, index) => index),
    durationMs: rows.map(([duration]) => duration),
    status: rows.map(([, status]) => status),
  }
}

function exact(columns: RequestColumns, limits = LIMITS): RequestTally {
  return tallyOf(columns, { start: 0, end: columns.t.length }, limits)
}

function histogramOf(columns: RequestColumns, start = 0, end = columns.t.length): RequestHistogram {
  return RequestHistogram.of(columns, { start, end })
}

test('FC4 each quantile is within the stated error of the exact one, and counts are exact', () => {
  fc.assert(
    fc.property(requests, (rows) => {
      const columns = columnsOf(rows)
      const known = exact(columns)
      const told = histogramOf(columns).tally(LIMITS)
      expect(told).toMatchObject({ count: known.count, errors: known.errors })
      for (const figure of ['p50', 'p95', 'p99', 'max'] as const) {
        const value = known[figure]
        if (value === null) expect(told[figure]).toBeNull()
        else
          expect(Math.abs((told[figure] ?? NaN) - value)).toBeLessThanOrEqual(
            value * (HISTOGRAM_ERROR + ROUNDING),
          )
      }
    }),
  )
})

test('FC4 what lies around a threshold is counted as if that were within the stated error of itself', () => {
  fc.assert(
    fc.property(requests, (rows) => {
      const columns = columnsOf(rows)
      const at = (factor: number) =>
        exact(columns, { slowMs: LIMITS.slowMs * factor, apdexMs: LIMITS.apdexMs * factor })
      const [lower, higher] = [at(1 - HISTOGRAM_ERROR), at(1 + HISTOGRAM_ERROR)]
      const told = histogramOf(columns).tally(LIMITS)
      expect(told.slow).toBeLessThanOrEqual(lower.slow)
      expect(told.slow).toBeGreaterThanOrEqual(higher.slow)
      expect(told.satisfied).toBeGreaterThanOrEqual(lower.satisfied)
      expect(told.satisfied).toBeLessThanOrEqual(higher.satisfied)
    }),
  )
})

test('FC4 histograms of two stretches added up are the histogram of both', () => {
  fc.assert(
    fc.property(requests, fc.nat(), (rows, cut) => {
      const columns = columnsOf(rows)
      const middle = cut % (rows.length + 1)
      const sum = histogramOf(columns, 0, middle)
      for (const { bin, count, failed } of histogramOf(columns, middle).rows()) sum.add(bin, count, failed)
      expect([...sum.rows()]).toEqual([...histogramOf(columns).rows()])
      expect(sum.total).toBe(rows.length)
    }),
  )
})

test('FC4 what is shorter than a microsecond is wrong by less than one', () => {
  const told = histogramOf(columnsOf([[0, 200]])).tally(LIMITS)
  expect(told.max).toBeGreaterThanOrEqual(0)
  expect(told.max).toBeLessThan(0.001)
})
