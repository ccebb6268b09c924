import { expect, test } from 'vitest'
import { measureCache } from '#domain/metrics/cache.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, l1Hits: number, l2Hits: number, misses: number]
type Rates = [l1: number | null, l2: number | null, miss: number | null]

const window = { from: 1000, to: 11_000 }

function ratesOf(rows: readonly Row[]): Rates {
  const metrics = settleAll(
    measureCache(
      {
        t: rows.map(([t]) => t),
        l1Hits: rows.map(([, l1]) => l1),
        l2Hits: rows.map(([, , l2]) => l2),
        misses: rows.map(([, , , misses]) => misses),
      },
      window,
    ),
  )
  return [metrics['cache.l1_hit_rate'], metrics['cache.l2_hit_rate'], metrics['cache.miss_rate']]
}

const CASES: { title: string; rows: Row[]; rates: Rates }[] = [
  { title: 'nothing', rows: [], rates: [null, null, null] },
  {
    title: 'one sample says how much, not since when',
    rows: [[2000, 900, 50, 50]],
    rates: [null, null, null],
  },
  {
    title: 'counters that stand still say nothing about rates',
    rows: [
      [2000, 9, 5, 5],
      [3000, 9, 5, 5],
    ],
    rates: [null, null, null],
  },
  {
    title: 'shares of what was added',
    rows: [
      [2000, 1000, 1000, 1000],
      [3000, 1080, 1015, 1005],
    ],
    rates: [0.8, 0.15, 0.05],
  },
  {
    title: 'after a reset the new value is what was added, for each counter by itself',
    rows: [
      [2000, 500, 10, 90],
      [3000, 30, 20, 90],
      [4000, 40, 20, 90],
    ],
    rates: [0.8, 0.2, 0],
  },
  {
    title: 'a reset to zero adds nothing',
    rows: [
      [2000, 500, 0, 10],
      [3000, 0, 0, 20],
    ],
    rates: [0, 0, 1],
  },
  {
    title: 'samples outside the window are not even a start to count from',
    rows: [
      [999, 0, 0, 0],
      [1000, 100, 0, 0],
      [10_999, 101, 0, 3],
      [11_000, 900, 0, 3],
    ],
    rates: [0.25, 0, 0.75],
  },
]

test.each(CASES)('FC3 cache: $title', ({ rows, rates }) => {
  expect(ratesOf(rows)).toEqual(rates)
})
