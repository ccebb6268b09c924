import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import {
  breakerChanges,
  breakerSeries,
  cacheSeries,
  poolCountSeries,
  workerSeries,
} from '#domain/metrics/gauge-series.ts'
import { bucketsBefore } from '#domain/metrics/series.ts'
import { measureWorkers } from '#domain/metrics/workers.ts'

const buckets = bucketsBefore(20_000, 5000, 4)
const HOLD_MS = 6000

test('the pool shows the most that was checked out, and holds its last sample only as long as it speaks', () => {
  const columns = { t: [0, 1000, 6000], checkedOut: [3, 15, 9], maxCapacity: [30, 20, 0] }
  expect(poolCountSeries(columns, buckets, HOLD_MS)).toEqual({
    checkedOut: [15, 15, null, null],
    maxCapacity: [20, 20, null, null],
  })
})

test('the breaker shows the worst state of a bucket, from the one it began with', () => {
  const columns = { t: [1000, 6000, 7000, 12_000], state: [0, 1, 2, 0] }
  expect(breakerSeries(columns, buckets, [])).toEqual([0, 2, 1, 0])
})

test('IN3 before the first transition, and in a gap, the state is not known', () => {
  const columns = { t: [6000], state: [1] }
  expect(breakerSeries(columns, buckets, [{ from: 12_000, to: 13_000 }])).toEqual([null, 2, null, 2])
})

test('a repeated state is no change, and the first of all has nothing to change from', () => {
  const columns = { t: [1000, 6000, 7000, 12_000], state: [0, 1, 1, 2] }
  expect(breakerChanges(columns, { from: 0, to: 20_000 })).toEqual([
    { t: 6000, to: 'OPEN' },
    { t: 12_000, to: 'HALF_OPEN' },
  ])
  expect(breakerChanges(columns, { from: 6001, to: 12_000 })).toEqual([])
})

test('the cache counts from the last sample before a bucket, unless that is older than a bucket', () => {
  const columns = {
    t: [4000, 6000, 16_000, 17_000],
    l1Hits: [10, 13, 100, 101],
    l2Hits: [0, 0, 0, 0],
    misses: [5, 6, 50, 51],
  }
  expect(cacheSeries(columns, buckets).l1HitRate).toEqual([null, 0.75, null, 0.5])
})

test('IN3 each worker shows its memory in the last reading; one that has gone has a gap, not its last value', () => {
  const columns = { t: [1000, 1000, 12_000], pid: [7, 8, 7], rssBytes: [100, 200, 110] }
  expect(workerSeries(columns, buckets, { pids: [7, 8], holdMs: HOLD_MS })).toEqual([
    { pid: 7, rssBytes: [100, 100, 110, 110] },
    { pid: 8, rssBytes: [200, 200, null, null] },
  ])
})

test('each living worker is measured by itself, against an even share of the limit', () => {
  const columns = {
    t: [0, 0, 0, 3_600_000, 3_600_000],
    pid: [9, 7, 8, 8, 7],
    rssBytes: [1, 100, 200, 300, 100],
  }
  const workers = measureWorkers(columns, { from: 0, to: 3_600_001 }, { ...config, rssBytesLimit: 1000 })
  expect(
    workers.map(({ pid, metrics }) => [
      pid,
      metrics['worker.rss_total_bytes'],
      metrics['worker.rss_growth_bytes_per_h'],
      metrics['worker.hours_to_limit'],
    ]),
  ).toEqual([
    [7, 100, 0, null],
    [8, 300, 100, 2],
  ])
})

test('without a reading there is no worker', () => {
  expect(measureWorkers({ t: [], pid: [], rssBytes: [] }, { from: 0, to: 1 }, config)).toEqual([])
})
