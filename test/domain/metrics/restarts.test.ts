import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG } from '#domain/metrics/config.ts'
import { measureRestarts, type RestartMetrics } from '#domain/metrics/restarts.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { wholeSeconds } from '#domain/policy/policy-blocks.ts'
import { countRestarts } from '#domain/policy/restarts.ts'

type Row = [tRequested: number, tookMs: number | null]

const TO = 10_000_000
const limits = DEFAULT_METRICS_CONFIG.policy

function columnsOf(rows: readonly Row[]) {
  return {
    tRequested: Float64Array.from(rows, ([t]) => t),
    tCompleted: Float64Array.from(rows, ([t, took]) => (took === null ? Number.NaN : t + took)),
    success: rows.map(([, took]) => Number(took !== null)),
  }
}

const CASES: { title: string; rows: Row[]; expected: Partial<RestartMetrics> }[] = [
  {
    title: 'nothing: the budget is whole',
    rows: [],
    expected: {
      'restart.count_in_window': 0,
      'restart.budget_left': 3,
      'restart.max_churn': 0,
      'restart.mttr_s': null,
      'restart.mtbf_s': null,
      'policy.cooldown_remaining_s': 0,
    },
  },
  {
    title: 'an attempt at the very end counts and cools in full; one after it is not seen',
    rows: [
      [TO, null],
      [TO + 1, 5],
    ],
    expected: {
      'restart.count_in_window': 1,
      'restart.budget_left': 2,
      'restart.max_churn': 1,
      'restart.mttr_s': null,
      'restart.mtbf_s': null,
      'policy.cooldown_remaining_s': 60,
    },
  },
  {
    title: 'exactly as old as the window it counts, a millisecond older it does not',
    rows: [
      [TO - 600_001, 1000],
      [TO - 600_000, 3000],
    ],
    expected: { 'restart.count_in_window': 1, 'restart.max_churn': 2, 'restart.mttr_s': 2 },
  },
  {
    title: 'the highest churn may lie long before the window; its span is closed at both ends',
    rows: [
      [0, null],
      [300_000, null],
      [600_000, null],
      [600_001, null],
      [TO - 1, 1],
    ],
    expected: { 'restart.count_in_window': 1, 'restart.max_churn': 3, 'restart.budget_left': 2 },
  },
  {
    title: 'the budget is never below zero',
    rows: [1, 2, 3, 4, 5].map((age): Row => [TO - 600_000 + age, null]),
    expected: { 'restart.count_in_window': 5, 'restart.budget_left': 0 },
  },
  {
    title: 'what is left of a cooldown is rounded up',
    rows: [[TO - 59_999, null]],
    expected: { 'policy.cooldown_remaining_s': 1 },
  },
  {
    title: 'the mean gap is that between neighbours',
    rows: [
      [1000, null],
      [3000, null],
      [10_000, null],
    ],
    expected: { 'restart.mtbf_s': 4.5 },
  },
]

test.each(CASES)('FC3 restarts: $title', ({ rows, expected }) => {
  expect(settleAll(measureRestarts(columnsOf(rows), TO, limits))).toMatchObject(expected)
})

test('WD1 count, budget and cooldown are those of the one policy', () => {
  const age = fc.oneof(
    fc.integer({ min: 0, max: 1_300_000 }),
    fc.constantFrom(0, 1, 59_999, 60_000, 60_001, 599_999, 600_000, 600_001),
  )
  fc.assert(
    fc.property(fc.array(age, { maxLength: 30 }), (ages) => {
      const times = ages.map((ms) => TO - ms).toSorted((one, other) => one - other)
      const found = settleAll(measureRestarts(columnsOf(times.map((t): Row => [t, null])), TO, limits))
      const { attemptsInWindow, cooldownRemainingMs } = countRestarts({
        config: { ...POLICY_PRESETS, ...limits },
        restarts: times.map((at) => ({ kind: 'attempt', at })),
        guardReleasedAt: null,
        now: TO,
      })
      expect(found['restart.count_in_window']).toBe(attemptsInWindow)
      expect(found['policy.cooldown_remaining_s']).toBe(wholeSeconds(cooldownRemainingMs))
      expect(found['restart.max_churn']).toBeGreaterThanOrEqual(attemptsInWindow)
    }),
    { seed: 4711 },
  )
})

test('a hundred thousand attempts are counted like three', () => {
  const rows = Array.from({ length: 100_000 }, (_, i): Row => [TO - 100_000 + i, null])
  expect(settleAll(measureRestarts(columnsOf(rows), TO, limits))).toMatchObject({
    'restart.count_in_window': 100_000,
    'restart.max_churn': 100_000,
  })
})
