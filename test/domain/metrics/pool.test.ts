import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { lastPoolReading, measurePool, type PoolMetrics } from '#domain/metrics/pool.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, checkedOut: number, maxCapacity: number]

const window = { from: 0, to: 60_000 }

function columnsOf(rows: readonly Row[]) {
  return {
    t: rows.map(([t]) => t),
    checkedOut: rows.map(([, out]) => out),
    maxCapacity: rows.map(([, , capacity]) => capacity),
  }
}

const CASES: { title: string; rows: Row[]; expected: Partial<PoolMetrics> }[] = [
  {
    title: 'nothing',
    rows: [],
    expected: {
      'pool.saturation': null,
      'pool.saturation_max': null,
      'pool.time_above_warning_s': null,
      'pool.consecutive_breaches': 0,
    },
  },
  {
    title: 'an empty pool is a value of zero',
    rows: [[1000, 0, 30]],
    expected: { 'pool.saturation': 0, 'pool.saturation_max': 0, 'pool.time_above_warning_s': 0 },
  },
  {
    title: 'more out than the capacity is full, less than none is empty',
    rows: [
      [1000, -3, 30],
      [2000, 45, 30],
    ],
    expected: { 'pool.saturation': 1, 'pool.saturation_max': 1 },
  },
  {
    title: 'exactly at the warning line is a breach, and holds until the next sample',
    rows: [
      [10_000, 27, 30],
      [14_000, 3, 30],
    ],
    expected: { 'pool.time_above_warning_s': 4, 'pool.consecutive_breaches': 0 },
  },
  {
    title: 'a hold ends after hold_s',
    rows: [
      [1000, 30, 30],
      [40_000, 3, 30],
    ],
    expected: { 'pool.time_above_warning_s': 15 },
  },
  {
    title: 'a hold never passes the end of the window',
    rows: [[57_500, 30, 30]],
    expected: { 'pool.time_above_warning_s': 2.5, 'pool.consecutive_breaches': 1 },
  },
  {
    title: 'a sample without capacity neither ends a hold nor breaks a run',
    rows: [
      [1000, 30, 30],
      [2000, 0, 0],
      [3000, 29, 30],
      [3500, 7, -1],
    ],
    expected: {
      'pool.saturation': 0.9667,
      'pool.time_above_warning_s': 17,
      'pool.consecutive_breaches': 2,
    },
  },
  {
    title: 'equal times are legal: the later row counts, the earlier held for no time',
    rows: [
      [5000, 30, 30],
      [5000, 0, 30],
    ],
    expected: { 'pool.saturation': 0, 'pool.time_above_warning_s': 0, 'pool.consecutive_breaches': 0 },
  },
  {
    title: 'samples outside the half-open window do not exist, not even to end a hold',
    rows: [
      [-1, 30, 30],
      [59_000, 30, 30],
      [60_000, 0, 30],
    ],
    expected: { 'pool.saturation': 1, 'pool.time_above_warning_s': 1, 'pool.consecutive_breaches': 1 },
  },
]

test.each(CASES)('FC3 pool: $title', ({ rows, expected }) => {
  expect(settleAll(measurePool(columnsOf(rows), window, config))).toMatchObject(expected)
})

test('FC3 the reading behind the saturation is the last real sample', () => {
  const columns = columnsOf([
    [1000, 12, 30],
    [2000, 99, 0],
    [60_000, 5, 30],
  ])
  expect(lastPoolReading(columns, window)).toMatchObject({ t: 1000, checkedOut: 12, maxCapacity: 30 })
  expect(lastPoolReading(columnsOf([]), window)).toBeNull()
})

/** The slow, obvious reading of sample and hold: look at each tenth of a second. */
function secondsAboveByLooking(rows: readonly Row[]): number {
  const real = rows.filter(([t, , capacity]) => t >= window.from && t < window.to && capacity > 0)
  let tenths = 0
  for (let moment = window.from; moment < window.to; moment += 100) {
    const last = real.filter(([t]) => t <= moment).at(-1)
    if (last === undefined || moment >= last[0] + config.holdMs) continue
    if (last[1] / last[2] >= config.poolWarning) tenths += 1
  }
  return tenths / 10
}

test('FC3 the time above the warning line agrees with looking at every tenth of a second', () => {
  const row = fc.tuple(
    fc.integer({ min: -50, max: 650 }).map((tenth) => tenth * 100),
    fc.integer({ min: 0, max: 30 }),
    fc.constantFrom(30, 30, 30, 0),
  )
  fc.assert(
    fc.property(fc.array(row, { maxLength: 30 }), (unordered) => {
      const rows = unordered.toSorted(([one], [other]) => one - other)
      const found = settleAll(measurePool(columnsOf(rows), window, config))['pool.time_above_warning_s']
      expect(found ?? 0).toBeCloseTo(secondsAboveByLooking(rows), 6)
    }),
  )
})
