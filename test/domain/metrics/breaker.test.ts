import { expect, test } from 'vitest'
import { BREAKER_STATES, type BreakerMetrics, measureBreaker } from '#domain/metrics/breaker.ts'
import { settleAll } from '#domain/metrics/rounding.ts'

type Row = [t: number, state: (typeof BREAKER_STATES)[number]]

const window = { from: 1000, to: 11_000 }

function columnsOf(rows: readonly Row[]) {
  return {
    t: Float64Array.from(rows, ([t]) => t),
    state: Uint8Array.from(rows, ([, state]) => BREAKER_STATES.indexOf(state)),
  }
}

type Shares = [closed: number | null, open: number | null, halfOpen: number | null]

const CASES: { title: string; rows: Row[]; shares: Shares; openings: number }[] = [
  { title: 'without a transition nothing is known', rows: [], shares: [null, null, null], openings: 0 },
  {
    title: 'a transition at the end or later says nothing about the window',
    rows: [[11_000, 'OPEN']],
    shares: [null, null, null],
    openings: 0,
  },
  {
    title: 'the state at the start comes from the last transition before it',
    rows: [
      [10, 'OPEN'],
      [20, 'CLOSED'],
    ],
    shares: [100, 0, 0],
    openings: 0,
  },
  {
    title: 'the time before the first transition is not known, so it is in no share',
    rows: [
      [6000, 'OPEN'],
      [7000, 'HALF_OPEN'],
      [8000, 'CLOSED'],
    ],
    shares: [60, 20, 20],
    openings: 1,
  },
  {
    title: 'a transition at exactly the start counts as an opening, against the state before it',
    rows: [
      [500, 'CLOSED'],
      [1000, 'OPEN'],
    ],
    shares: [0, 100, 0],
    openings: 1,
  },
  {
    title: 'OPEN again is no opening, neither inside the window nor at its start',
    rows: [
      [500, 'OPEN'],
      [1000, 'OPEN'],
      [2000, 'OPEN'],
    ],
    shares: [0, 100, 0],
    openings: 0,
  },
  {
    title: 'of transitions at one time the last holds, and each counts',
    rows: [
      [1000, 'OPEN'],
      [1000, 'CLOSED'],
      [6000, 'OPEN'],
      [6000, 'HALF_OPEN'],
      [6000, 'OPEN'],
    ],
    shares: [50, 50, 0],
    openings: 3,
  },
]

test.each(CASES)('FC3 breaker: $title', ({ rows, shares, openings }) => {
  const [closed, open, halfOpen] = shares
  expect(settleAll(measureBreaker(columnsOf(rows), window))).toEqual({
    'breaker.closed_pct': closed,
    'breaker.open_pct': open,
    'breaker.half_open_pct': halfOpen,
    'breaker.openings': openings,
  } satisfies BreakerMetrics)
})
