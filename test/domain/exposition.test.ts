import { describe, expect, test } from 'vitest'
import { ProbeTally } from '#domain/exposition/probe-tally.ts'
import { recentAttempts, RestartTally } from '#domain/exposition/restart-tally.ts'
import { expositionText } from '#domain/exposition/text.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { apply, emptyState } from '#domain/journal/fold.ts'
import { readMetricsText } from '#domain/schemas/metrics-text.ts'
import { Life } from './audit/two-journals.ts'
import { external, intent, outcome, refusal } from './journal/diary.ts'

describe('the text format', () => {
  test('OB6 names its families, with what stands in labels and help escaped', () => {
    const text = expositionText([
      {
        name: 'holdfast_a_total',
        type: 'counter',
        help: 'One \\ two\nthree "four".',
        samples: [{ labels: { of: 'a"b\\c\nd' }, value: 1.5 }, { value: Infinity }],
      },
      { name: 'holdfast_b', type: 'gauge', help: 'None.', samples: [] },
    ])
    expect(text).toBe(
      [
        '# HELP holdfast_a_total One \\\\ two\\nthree "four".',
        '# TYPE holdfast_a_total counter',
        'holdfast_a_total{of="a\\"b\\\\c\\nd"} 1.5',
        'holdfast_a_total +Inf',
        '# HELP holdfast_b None.',
        '# TYPE holdfast_b gauge',
        '',
      ].join('\n'),
    )
    expect(readMetricsText(text, new Set(['holdfast_a_total']))).toMatchObject({
      ok: true,
      value: [{ labels: new Map([['of', 'a"b\\c\nd']]), value: 1.5 }, { value: Infinity }],
    })
  })
})

describe('probes', () => {
  const pool = (saturation: number | null): ProbeOutcome => ({
    kind: 'answered',
    health: {
      status: 'healthy',
      database_pool:
        saturation === null
          ? null
          : { runtime: { max_capacity: 10 }, state: { checked_out: 1, max_capacity: 10, saturation } },
    },
    httpStatus: 200,
    latencyMs: 1,
    at: 0,
  })

  test.each([
    ['three in a row', [0.9, 0.95, 1], 3, 1],
    ['a row that is broken off', [0.9, 0.9, 0.5, 0.9], 1, 0],
    ['a row that goes on is one', [0.9, 0.9, 0.9, 0.9], 4, 1],
    ['two rows', [1, 1, 1, 0, 1, 1, 1, 0], 0, 2],
    ['nothing is known any more', [1, 1, 1, null], null, 1],
  ])('OB6 of the pool at its warning: %s', (_, saturations, breaches, runs) => {
    const tally = new ProbeTally(0.9)
    for (const saturation of saturations) tally.add(pool(saturation))
    expect(tally.counts()).toMatchObject({ poolBreaches: breaches, poolBreachRuns: runs })
  })

  test('OB6 are counted by what came of them', () => {
    const tally = new ProbeTally(0.9)
    const plain = (httpStatus: number): ProbeOutcome => ({
      kind: 'answered',
      health: null,
      httpStatus,
      latencyMs: 1,
      at: 0,
    })
    for (const outcome of [plain(200), plain(404), plain(200), pool(0.1)]) tally.add(outcome)
    tally.add({ kind: 'failed', reason: 'timeout', at: 0 })
    tally.add({ kind: 'never' })
    expect(tally.counts().results).toEqual({
      healthy: 3,
      degraded: 1,
      unhealthy: 0,
      timeout: 1,
      refused: 0,
      reset: 0,
      malformed: 0,
      http_5xx: 0,
    })
  })
})

describe('restarts', () => {
  const stateOf = (life: Life) => life.rows.watchdog.reduce(apply, emptyState)

  test('OB6 are counted from the start of the agent on, each once, by how they ended', () => {
    const life = new Life().watchdog(intent('old'), outcome('old'), external)
    const tally = new RestartTally()
    expect(tally.counted(stateOf(life))).toMatchObject({ verified: 0, external: 0 })

    life.wait(1).watchdog(intent('a'))
    expect(tally.counted(stateOf(life))).toMatchObject({ verified: 0, failed: 0 })
    life.wait(1).watchdog(outcome('a')).wait(1).watchdog(refusal('b')).wait(1).watchdog(external)
    life.wait(1).watchdog(intent('c'), outcome('c', { success: false }))
    expect(tally.counted(null)).toMatchObject({ verified: 0 })
    const told = { verified: 1, failed: 1, unsent: 0, refused: 1, external: 1 }
    expect(tally.counted(stateOf(life))).toEqual(told)
    expect(tally.counted(stateOf(life))).toEqual(told)
  })

  test('OB6 a history that is begun anew, or pruned, takes nothing back', () => {
    const life = new Life().watchdog(external)
    const tally = new RestartTally()
    tally.counted(emptyState)
    tally.counted(stateOf(life))
    expect(tally.counted(emptyState).external).toBe(1)
  })

  test('OB6 recent are those of ten minutes, whatever became of them', () => {
    const life = new Life().watchdog(intent('a'), outcome('a')).wait(300_000).watchdog(intent('b'))
    expect(recentAttempts(stateOf(life), life.now)).toBe(2)
    life.wait(300_000)
    expect(recentAttempts(stateOf(life), life.now)).toBe(2)
    life.wait(1)
    expect(recentAttempts(stateOf(life), life.now)).toBe(1)
  })
})
