import { expect, test } from 'vitest'
import { observedWindow } from '#domain/metrics/observed-window.ts'
import { bucketsBefore, poolSeries, probeSeries, requestSeries } from '#domain/metrics/series.ts'

const buckets = bucketsBefore(20_900, 5000, 4)

test('buckets lie on whole multiples of their width, and the one still filling is left out', () => {
  expect(buckets).toEqual([
    { from: 0, to: 5000 },
    { from: 5000, to: 10_000 },
    { from: 10_000, to: 15_000 },
    { from: 15_000, to: 20_000 },
  ])
  expect(bucketsBefore(24_999, 5000, 4)).toEqual(buckets)
})

test('FC4 no request is a rate of zero and a latency that cannot be known', () => {
  const columns = { t: [100, 4999, 5000], durationMs: [10, 30, 7], status: [200, 500, 200] }
  expect(requestSeries(columns, buckets, [])).toEqual({
    ratePerS: [0.4, 0.2, 0, 0],
    latencyMsP50: [20, 7, null, null],
    latencyMsP95: [29, 7, null, null],
    latencyMsP99: [29.8, 7, null, null],
    errorRatio: [0.5, 0, null, null],
  })
})

test('IN3 a bucket that a gap touches has no value, even where something was counted', () => {
  const columns = { t: [100, 6000], durationMs: [1, 1], status: [200, 200] }
  const { ratePerS } = requestSeries(columns, buckets, [{ from: 9_999, to: 15_000 }])
  expect(ratePerS).toEqual([0.2, null, null, 0])
})

test('the pool shows its highest saturation per bucket', () => {
  const columns = { t: [0, 1000, 6000], checkedOut: [3, 15, 30], maxCapacity: [30, 30, 0] }
  expect(poolSeries(columns, buckets)).toEqual([0.5, null, null, null])
})

test('the probe shows the worst that happened per bucket', () => {
  const columns = {
    t: [0, 1, 2, 5000, 5001, 10_000],
    ok: [1, 0, 1, 1, 1, 1],
    latencyMs: [1, Number.NaN, 1, 1, 1, 1],
    reason: [0, 0, 0, 1, 0, 0],
  }
  expect(probeSeries(columns, buckets)).toEqual(['failed', 'degraded', 'ok', null])
})

test.each([
  { title: 'no gap', gaps: [], expected: { from: 100, to: 200 } },
  { title: 'a gap before it', gaps: [{ from: 0, to: 99 }], expected: { from: 100, to: 200 } },
  { title: 'a gap at its start', gaps: [{ from: -Infinity, to: 150 }], expected: { from: 150, to: 200 } },
  {
    title: 'gaps that join, in any order',
    gaps: [
      { from: 140, to: 160 },
      { from: 90, to: 140 },
    ],
    expected: { from: 160, to: 200 },
  },
  { title: 'a gap in its middle', gaps: [{ from: 120, to: 150 }], expected: { from: 100, to: 200 } },
  { title: 'nothing but gap', gaps: [{ from: 0, to: 200 }], expected: null },
])('IN3 a window is watched from the end of the gap it begins with: $title', ({ gaps, expected }) => {
  expect(observedWindow({ from: 100, to: 200 }, gaps)).toEqual(expected)
})
