import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { POLICY_PRESETS as config } from '#domain/policy/config.ts'
import { countRestarts, type Restart } from '#domain/policy/restarts.ts'

const now = 1_770_000_000_000
const attempt = (ageMs: number): Restart => ({ kind: 'attempt', at: now - ageMs })
const external = (ageMs: number): Restart => ({ kind: 'external', at: now - ageMs })

interface Case {
  title: string
  restarts: Restart[]
  guardReleasedAt?: number
  expected: [attemptsInWindow: number, churn: number, cooldownRemainingMs: number]
}

const CASES: Case[] = [
  { title: 'WD3 nothing happened', restarts: [], expected: [0, 0, 0] },
  {
    title: 'WD4 an attempt a moment ago costs the whole cooldown',
    restarts: [attempt(0)],
    expected: [1, 1, 60_000],
  },
  {
    title: 'WD4 a millisecond before the end it still cools',
    restarts: [attempt(59_999)],
    expected: [1, 1, 1],
  },
  { title: 'WD4 exactly at the cooldown it is over', restarts: [attempt(60_000)], expected: [1, 1, 0] },
  { title: 'WD4 exactly at the window it counts', restarts: [attempt(600_000)], expected: [1, 1, 0] },
  {
    title: 'WD4 a millisecond beyond the window it does not',
    restarts: [attempt(600_001)],
    expected: [0, 0, 0],
  },
  {
    title: 'WD11 an attempt later than now is of age 0',
    restarts: [attempt(-3_600_000)],
    expected: [1, 1, 60_000],
  },
  {
    title: 'WD15 an external restart is churn, neither budget nor cooldown',
    restarts: [external(0)],
    expected: [0, 1, 0],
  },
  {
    title: 'WD15 external and own add up to churn',
    restarts: [external(1000), attempt(70_000), external(600_000), external(600_001)],
    expected: [1, 3, 0],
  },
  {
    title: 'WD4 a release covers what happened at or before it, but not the cooldown',
    restarts: [attempt(30_000), attempt(20_000), external(10_001), external(10_000)],
    guardReleasedAt: now - 10_000,
    expected: [0, 0, 40_000],
  },
  {
    title: 'WD4 what happened after a release counts',
    restarts: [attempt(30_000), attempt(9999), external(9998)],
    guardReleasedAt: now - 10_000,
    expected: [1, 2, 50_001],
  },
  {
    title: 'WD4 the last attempt is the youngest, wherever it stands in the list',
    restarts: [attempt(10_000), attempt(300_000)],
    expected: [2, 2, 50_000],
  },
  {
    title: 'WD11 what the journal knows to be before a release stays released, whatever the clock says',
    restarts: [
      { ...attempt(-5000), released: true },
      { ...external(0), released: true },
    ],
    guardReleasedAt: now - 10_000,
    expected: [0, 0, 60_000],
  },
]

test.each(CASES)('$title', ({ restarts, guardReleasedAt, expected }) => {
  const counts = countRestarts({ config, restarts, guardReleasedAt: guardReleasedAt ?? null, now })
  expect([counts.attemptsInWindow, counts.churn, counts.cooldownRemainingMs]).toEqual(expected)
})

const history = fc.array(
  fc.record({
    kind: fc.constantFrom('attempt' as const, 'external' as const),
    at: fc.integer({ min: now - 1_300_000, max: now + 700_000 }),
  }),
  { maxLength: 12 },
)

test('WD11 counts are never negative and a cooldown is never longer than configured', () => {
  fc.assert(
    fc.property(
      history,
      fc.option(fc.integer({ min: now - 1_300_000, max: now })),
      (restarts, guardReleasedAt) => {
        const counts = countRestarts({ config, restarts, guardReleasedAt, now })
        expect(counts.attemptsInWindow).toBeGreaterThanOrEqual(0)
        expect(counts.churn).toBeGreaterThanOrEqual(counts.attemptsInWindow)
        expect(counts.cooldownRemainingMs).toBeGreaterThanOrEqual(0)
        expect(counts.cooldownRemainingMs).toBeLessThanOrEqual(config.cooldownMs)
      },
    ),
  )
})

test('WD3 with no new restart, waiting only ever brings the counts down', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 900_000 }), (restarts, waitMs) => {
      const before = countRestarts({ config, restarts, guardReleasedAt: null, now })
      const after = countRestarts({ config, restarts, guardReleasedAt: null, now: now + waitMs })
      expect(after.attemptsInWindow).toBeLessThanOrEqual(before.attemptsInWindow)
      expect(after.churn).toBeLessThanOrEqual(before.churn)
      expect(after.cooldownRemainingMs).toBeLessThanOrEqual(before.cooldownRemainingMs)
    }),
  )
})
