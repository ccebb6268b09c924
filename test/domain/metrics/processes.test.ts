import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as preset } from '#domain/metrics/config.ts'
import { measureProcesses, type ProcessMetrics } from '#domain/metrics/processes.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, pid: number, rssBytes: number]

const MINUTE = 60_000
const window = { from: 0, to: 60 * MINUTE }
const config = { ...preset, rssBytesLimit: 1000 }

const CASES: { title: string; rows: Row[]; expected: Partial<ProcessMetrics> }[] = [
  {
    title: 'nothing',
    rows: [],
    expected: {
      'worker.count': null,
      'worker.rss_total_bytes': null,
      'worker.rss_growth_bytes_per_h': null,
      'worker.hours_to_limit': null,
    },
  },
  {
    title: 'one reading of two workers has a total and no slope',
    rows: [
      [0, 11, 100],
      [0, 12, 150],
    ],
    expected: {
      'worker.count': 2,
      'worker.rss_total_bytes': 250,
      'worker.rss_growth_bytes_per_h': null,
      'worker.hours_to_limit': null,
    },
  },
  {
    title: 'the last reading is what shares the last time, a pid counts once',
    rows: [
      [0, 11, 100],
      [MINUTE, 11, 60],
      [MINUTE, 12, 60],
      [MINUTE, 12, 5],
    ],
    expected: { 'worker.count': 2, 'worker.rss_total_bytes': 125, 'worker.rss_growth_bytes_per_h': 1500 },
  },
  {
    title: 'growth is the slope through all readings, and the limit lies on its way',
    rows: [
      [0, 11, 400],
      [15 * MINUTE, 11, 420],
      [30 * MINUTE, 11, 480],
    ],
    expected: { 'worker.rss_growth_bytes_per_h': 160, 'worker.hours_to_limit': 3.3 },
  },
  {
    title: 'memory that shrinks or stays meets no limit',
    rows: [
      [0, 11, 400],
      [15 * MINUTE, 11, 400],
    ],
    expected: { 'worker.rss_growth_bytes_per_h': 0, 'worker.hours_to_limit': null },
  },
  {
    title: 'at the limit no time is left, not even where the memory shrinks',
    rows: [
      [0, 11, 1200],
      [15 * MINUTE, 11, 1000],
    ],
    expected: { 'worker.rss_growth_bytes_per_h': -800, 'worker.hours_to_limit': 0 },
  },
  {
    title: 'readings at the end of the window or outside it do not exist',
    rows: [
      [-1, 11, 1],
      [0, 11, 400],
      [30 * MINUTE, 11, 500],
      [60 * MINUTE, 11, 999],
    ],
    expected: { 'worker.rss_total_bytes': 500, 'worker.rss_growth_bytes_per_h': 200 },
  },
]

test.each(CASES)('FC3 processes: $title', ({ rows, expected }) => {
  expect(settleAll(measureProcesses(columnsOf(rows), window, config))).toMatchObject(expected)
})

test('FC3 a slope that is only rounding noise promises no limit', () => {
  // The exact slope of these three is zero; the sum of the rounded products is 3e-8.
  const rows: Row[] = [
    [0, 11, 300_000_000],
    [10_000, 11, 300_050_002],
    [30_001, 11, 300_010_001],
  ]
  const metrics = settleAll(measureProcesses(columnsOf(rows), window, preset))
  expect(metrics).toMatchObject({ 'worker.rss_growth_bytes_per_h': 0, 'worker.hours_to_limit': null })
})

test('FC3 a slow leak in large numbers keeps its slope', () => {
  const rows = Array.from({ length: 3600 }, (_, i): Row => [i * 1000, 11, 4e12 + i])
  const metrics = settleAll(measureProcesses(columnsOf(rows), window, { ...preset, rssBytesLimit: 5e12 }))
  expect(metrics['worker.rss_growth_bytes_per_h']).toBe(3600)
})

function columnsOf(rows: readonly Row[]) {
  return {
    t: Float64Array.from(rows, ([t]) => t),
    pid: Float64Array.from(rows, ([, pid]) => pid),
    rssBytes: Float64Array.from(rows, ([, , rss]) => rss),
  }
}
