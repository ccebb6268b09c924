import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { measureSlo, type SloMetrics } from '#domain/metrics/slo.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, status: number]

const hour = { from: 0, to: 3_600_000 }

function columnsOf(rows: readonly Row[]) {
  return {
    t: rows.map(([t]) => t),
    durationMs: rows.map(() => 1),
    status: rows.map(([, status]) => status),
  }
}

const CASES: { title: string; rows: Row[]; window?: typeof hour; expected: Partial<SloMetrics> }[] = [
  {
    title: 'nothing burns what cannot be known',
    rows: [],
    expected: { 'slo.burn_rate_5m': null, 'slo.burn_rate_1h': null },
  },
  {
    title: 'no error is a rate of zero',
    rows: [[3_599_000, 200]],
    expected: { 'slo.burn_rate_5m': 0, 'slo.burn_rate_1h': 0 },
  },
  {
    title: 'the short rate sees the last five minutes only, the long one the hour',
    rows: [
      [10_000, 500],
      [3_300_000, 200],
      [3_599_999, 200],
    ],
    expected: { 'slo.burn_rate_5m': 0, 'slo.burn_rate_1h': 333.33 },
  },
  {
    title: 'five minutes before the end is still inside, a millisecond earlier is not',
    rows: [
      [3_299_999, 500],
      [3_300_000, 500],
      [3_599_999, 200],
    ],
    expected: { 'slo.burn_rate_5m': 500, 'slo.burn_rate_1h': 666.67 },
  },
  {
    title: 'a window shorter than a rate cuts it, whatever stands before',
    window: { from: 3_540_000, to: 3_600_000 },
    rows: [
      [3_539_999, 500],
      [3_540_000, 500],
      [3_550_000, 200],
      [3_560_000, 499],
      [3_570_000, 404],
    ],
    expected: { 'slo.burn_rate_5m': 250, 'slo.burn_rate_1h': 250 },
  },
]

test.each(CASES)('FC3 burn rates: $title', ({ rows, window = hour, expected }) => {
  expect(settleAll(measureSlo(columnsOf(rows), window, config))).toMatchObject(expected)
})

test('FC3 an objective of 99 % allows ten times the errors of 99.9 %', () => {
  const columns = columnsOf([
    [3_590_000, 500],
    [3_591_000, 200],
  ])
  expect(settleAll(measureSlo(columns, hour, { ...config, sloTarget: 0.99 }))['slo.burn_rate_5m']).toBe(50)
})
