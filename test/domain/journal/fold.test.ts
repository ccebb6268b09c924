import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ageMs } from '#domain/journal/event-clock.ts'
import {
  activePause,
  isGuardLatched,
  isRestartInProgress,
  lastAttempt,
  openAttempts,
  restartsFor,
} from '#domain/journal/questions.ts'
import { knownRequest } from '#domain/journal/requests.ts'
import { POLICY_PRESETS as config } from '#domain/policy/config.ts'
import { countRestarts } from '#domain/policy/restarts.ts'
import { actor, ask, Diary, external, intent, latched, outcome, refusal, released } from './diary.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

function counts({ state, now }: Diary): [attempts: number, churn: number, cooldownS: number] {
  const restarts = restartsFor(state, { now })
  const found = countRestarts({ config, restarts, guardReleasedAt: null, now: now.wall })
  return [found.attemptsInWindow, found.churn, found.cooldownRemainingMs / 1000]
}
const isLatched = ({ state, now }: Diary, guardRelease: 'manual' | 'window' = 'manual') =>
  isGuardLatched(state, { ...config, guardRelease }, now)

const COUNTS: [title: string, write: (diary: Diary) => Diary, expected: [number, number, number]][] = [
  ['WD9 an intent without an outcome is an attempt', (d) => d.write(intent('a')), [1, 1, 60]],
  [
    'WD3 an outcome without a signal makes it none',
    (d) => d.attempt('a', { signalled: false, success: false }),
    [0, 0, 0],
  ],
  ['WD3 a signal that was not verified leaves it one', (d) => d.attempt('a', { success: false }), [1, 1, 60]],
  [
    'WD9 a second outcome changes nothing',
    (d) => d.attempt('a').write(outcome('a', { signalled: false })),
    [1, 1, 60],
  ],
  ['WD3 refusals are nothing', (d) => d.write(refusal('a')).write(refusal('b')), [0, 0, 0]],
  ['WD15 external restarts are churn', (d) => d.write(external).attempt('a'), [1, 2, 60]],
  [
    'WD4 a release covers what was before it',
    (d) => d.attempt('a').write(external).wait(1000).write(released),
    [0, 0, 59],
  ],
  ['WD4 a release at the same moment covers as well', (d) => d.attempt('a').write(released), [0, 0, 60]],
  ['WD4 what comes after a release counts', (d) => d.write(released).wait(1).attempt('a'), [1, 1, 60]],
  [
    'WD4 a release that is read late does not cover what came after it',
    (d) => {
      const early = d.now
      return d.wait(5000).attempt('a').write(released, early)
    },
    [1, 1, 60],
  ],
  ['WD11 the wall clock set forward ends no cooldown', (d) => d.attempt('a').setWall(HOUR_MS), [1, 1, 60]],
  [
    'WD11 the wall clock set back makes none absurd',
    (d) => d.attempt('a').wait(20_000).setWall(-HOUR_MS),
    [1, 1, 40],
  ],
  [
    'WD11 a release is not undone by a clock set back',
    (d) => d.attempt('a').wait(1).setWall(-HOUR_MS).write(released),
    [0, 0, 59.999],
  ],
  ['WD11 a suspend only makes it younger', (d) => d.attempt('a').wait(10_000).setWall(HOUR_MS), [1, 1, 50]],
  ['WD11 a reboot does not end a cooldown', (d) => d.attempt('a').reboot(HOUR_MS), [1, 1, 60]],
  [
    'WD11 after a reboot it goes on',
    (d) => d.attempt('a').wait(9000).write(external).reboot(0).wait(20_000),
    [1, 2, 31],
  ],
  [
    'WD11 boots in between count, as long as the journal saw them last',
    (d) => d.attempt('a').reboot(0).wait(40_000).write(external).reboot(0).wait(5000),
    [1, 2, 15],
  ],
  [
    'WD11 a boot in which only operators spoke adds nothing: the wall clock may have put it there',
    (d) =>
      d
        .attempt('a')
        .reboot(0)
        .wait(40_000)
        .write(released, { ...d.now, monotonic: 40_000 })
        .reboot(0),
    [0, 0, 60],
  ],
  ['WD11 a release before a reboot stays one', (d) => d.attempt('a').write(released).reboot(0), [0, 0, 60]],
]

test.each(COUNTS)('%s', (_title, write, expected) => {
  expect(counts(write(new Diary()))).toEqual(expected)
})

describe('the guard', () => {
  test('WD4 latches until a release, and again after it', () => {
    const diary = new Diary()
    expect(isLatched(diary)).toBe(false)
    expect(isLatched(diary.write(latched).wait(24 * HOUR_MS))).toBe(true)
    expect(isLatched(diary.write(released))).toBe(false)
    expect(isLatched(diary.wait(1).write(latched))).toBe(true)
  })

  test('WD11 no clock and no reboot opens it', () => {
    const diary = new Diary().write(latched)
    for (const by of [HOUR_MS, -2 * HOUR_MS]) {
      expect(isLatched(diary.setWall(by))).toBe(true)
      expect(isLatched(diary.setWall(by), 'window')).toBe(true)
    }
    expect(isLatched(diary.reboot(HOUR_MS), 'window')).toBe(true)
    expect(isLatched(diary)).toBe(true)
  })

  test('WD4 by window it opens after one quiet window, and not before', () => {
    const diary = new Diary()
      .write(latched)
      .wait(5 * MINUTE_MS)
      .write(external)
      .wait(10 * MINUTE_MS)
    expect(isLatched(diary, 'window')).toBe(true)
    expect(isLatched(diary.wait(1), 'window')).toBe(false)
    expect(isLatched(diary, 'manual')).toBe(true)
  })

  test('WD4 what a quiet window has opened, the next restart does not close, and the next latch does', () => {
    const diary = new Diary()
      .write(latched)
      .wait(10 * MINUTE_MS + 1)
      .write(external)
    expect(isLatched(diary, 'window')).toBe(false)
    expect(isLatched(diary.reboot(0), 'window')).toBe(false)
    expect(isLatched(diary, 'manual')).toBe(true)
    expect(isLatched(diary.write(latched), 'window')).toBe(true)
  })

  test('WD4 restarts that never leave a quiet window hold it, also when the first of them are forgotten', () => {
    const diary = new Diary().write(latched)
    for (let index = 0; index < 1_010; index += 1) diary.wait(9 * MINUTE_MS).write(external)
    expect(isLatched(diary, 'window')).toBe(true)
    expect(isLatched(diary.wait(10 * MINUTE_MS + 1), 'window')).toBe(false)
  })

  test('WD3 refusals do not keep it latched', () => {
    const diary = new Diary()
      .write(latched)
      .wait(10 * MINUTE_MS + 1)
      .write(refusal('a'))
    expect(isLatched(diary, 'window')).toBe(false)
  })
})

describe('a pause', () => {
  const paused = (diary: Diary, forMs: number | null) =>
    diary.write({
      type: 'paused',
      actor,
      reason: 'work',
      until: forMs === null ? null : diary.now.wall + forMs,
    })

  test('WD13 lasts until it is resumed, or until its time is over', () => {
    const diary = paused(new Diary(), null).wait(24 * HOUR_MS)
    expect(activePause(diary.state, diary.now)).toMatchObject({ reason: 'work', by: 'local:ops' })
    diary.write({ type: 'resumed', actor, reason: 'done' })
    expect(activePause(diary.state, diary.now)).toBeNull()
    paused(diary, MINUTE_MS).wait(MINUTE_MS - 1)
    expect(activePause(diary.state, diary.now)).not.toBeNull()
    expect(activePause(diary.state, diary.wait(1).now)).toBeNull()
  })

  test('WD11 a clock that is set forward does not end it', () => {
    const diary = paused(new Diary(), MINUTE_MS).setWall(HOUR_MS)
    expect(activePause(diary.state, diary.now)).not.toBeNull()
  })
})

describe('requests', () => {
  const outcomeOf = ({ state }: Diary, id: string) =>
    knownRequest(state.requests, id)?.outcome?.reason ?? null

  test('WD9 have one outcome, whatever is written later', () => {
    const diary = new Diary().write({ type: 'request_recorded', ask: ask('r-a') })
    expect(outcomeOf(diary, 'r-a')).toBeNull()
    diary.attempt('a').write(refusal('a'))
    diary.write({ type: 'request_ended', request_id: 'r-a', reason: 'request_expired', detail: '' })
    expect(outcomeOf(diary, 'r-a')).toBe('signal_sighup')
    expect(diary.state.history.filter(({ kind }) => kind === 'unsent')).toEqual([])
  })

  test('WD7 keep what was recorded apart from what a flag claims', () => {
    const flag = ask('r-a', { actor: { name: 'flag:uid=33', ip: null } })
    const diary = new Diary().write({ type: 'request_claimed', ask: flag, warnings: [] })
    expect(knownRequest(diary.state.requests, 'r-a')).toMatchObject({ recorded: null, claimed: flag })
    diary.write({ type: 'request_recorded', ask: ask('r-a') })
    diary.write({ type: 'request_recorded', ask: ask('r-a', { rung: 'service' }) })
    expect(knownRequest(diary.state.requests, 'r-a')).toMatchObject({
      recorded: { rung: 'reload' },
      claimed: flag,
    })
  })

  test('WD7 one that expired is in the history as one without a signal', () => {
    const diary = new Diary().write({ type: 'request_claimed', ask: ask('r-a'), warnings: [] })
    diary.write({ type: 'request_ended', request_id: 'r-a', reason: 'request_expired', detail: '' })
    expect(diary.state.history).toMatchObject([{ kind: 'unsent', reason: 'request_expired' }])
    expect(counts(diary)).toEqual([0, 0, 0])
  })

  test('WD9 are forgotten only when settled', () => {
    const diary = new Diary().write({ type: 'request_recorded', ask: ask('open') })
    for (let index = 0; index < 600; index += 1) diary.write(refusal(String(index)))
    expect(diary.state.requests.settled.size).toBe(500)
    expect(knownRequest(diary.state.requests, 'open')).not.toBeNull()
    expect(knownRequest(diary.state.requests, 'r-599')).not.toBeNull()
    expect(knownRequest(diary.state.requests, 'r-99')).toBeNull()
  })
})

test('WD9 a restart is in progress until its outcome, or until another watchdog found it open', () => {
  const diary = new Diary().write(intent('a'))
  expect(isRestartInProgress(diary.state)).toBe(true)
  diary.write({ type: 'watchdog_started', version: '1', contract_version: '1', new_history: false })
  expect(isRestartInProgress(diary.state)).toBe(false)
  expect(openAttempts(diary.state).map(({ attemptId }) => attemptId)).toEqual(['a'])
  diary.write(outcome('a', { success: false, reason: 'restart_timeout' }))
  expect(openAttempts(diary.state)).toEqual([])
  expect(lastAttempt(diary.state)).toMatchObject({ attemptId: 'a', outcome: { reason: 'restart_timeout' } })
})

test('WD9 a request that was begun is known to be, before and after its outcome', () => {
  const diary = new Diary().write({ type: 'request_recorded', ask: ask('r-a') })
  const isAttempted = () => knownRequest(diary.state.requests, 'r-a')?.attempted
  expect(isAttempted()).toBe(false)
  diary.write(intent('a'))
  expect(isAttempted()).toBe(true)
  diary.write({ type: 'request_ended', request_id: 'r-a', reason: 'request_replaced', detail: '' })
  expect(isAttempted()).toBe(true)
  expect(diary.state.history.map(({ kind }) => kind)).toEqual(['attempt'])
})

test('WD14 restarts that did not help are counted in a row', () => {
  const diary = new Diary().attempt('a', { helped: false }).attempt('b', { helped: false })
  expect(diary.state.unhelpfulInARow).toBe(2)
  expect(
    diary.attempt('c', { helped: null }).attempt('d', { signalled: false, helped: false }).state
      .unhelpfulInARow,
  ).toBe(2)
  expect(diary.attempt('e').state.unhelpfulInARow).toBe(0)
})

test('WD11 refusals, however many, push no restart out', () => {
  const diary = new Diary().attempt('a').write(external)
  for (let index = 0; index < 500; index += 1) diary.write(refusal(String(index)))
  expect(counts(diary)).toEqual([1, 2, 60])
  expect(diary.state.history.length).toBe(202)
})

type Step =
  | { do: 'attempt' | 'external' | 'refusal' | 'latch' | 'release' }
  | { do: 'wait' | 'setWall' | 'suspend' | 'reboot'; ms: number }

const acts = fc.record({
  do: fc.constantFrom('attempt', 'external', 'refusal', 'latch'),
}) as fc.Arbitrary<Step>
const waits = fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 400_000 }) })
const steps = fc.record({
  do: fc.constant('setWall' as const),
  ms: fc.integer({ min: -2_000_000, max: 2_000_000 }),
})
const stops = fc.record({
  do: fc.constantFrom('suspend' as const, 'reboot' as const),
  ms: fc.nat({ max: 2_000_000 }),
})

/** Plays a life of the machine, and keeps the true time beside it, which no clock of the machine knows. */
function play(life: readonly Step[]) {
  const diary = new Diary()
  const restarts: { truth: number; kind: string }[] = []
  let truth = 0
  let wasLatched = false
  for (const [index, step] of life.entries()) {
    switch (step.do) {
      case 'attempt':
      case 'external':
        if (step.do === 'attempt') diary.attempt(String(index))
        else diary.write(external)
        restarts.push({ truth, kind: step.do })
        break
      case 'refusal':
        diary.write(refusal(String(index)))
        break
      case 'latch':
      case 'release':
        diary.write(step.do === 'latch' ? latched : released)
        wasLatched = step.do === 'latch'
        break
      case 'setWall':
        diary.setWall(step.ms)
        break
      case 'wait':
        diary.wait(step.ms)
        truth += step.ms
        break
      case 'suspend':
        diary.setWall(step.ms)
        truth += step.ms
        break
      case 'reboot':
        diary.reboot(step.ms)
        truth += step.ms
    }
  }
  return { diary, restarts, truth, wasLatched }
}

test('WD11 whatever happens to the clocks, no restart is ever thought older than it is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(acts, waits, steps, stops), { maxLength: 20 }), (life) => {
      const { diary, restarts, truth, wasLatched } = play(life)
      const found = restartsFor(diary.state, { now: diary.now })
      expect(found.map(({ kind }) => kind)).toEqual(restarts.map(({ kind }) => kind))
      for (const [index, { at }] of found.entries()) {
        const age = diary.now.wall - at
        expect(age).toBeGreaterThanOrEqual(0)
        expect(age).toBeLessThanOrEqual(truth - (restarts[index]?.truth ?? 0))
      }
      expect(isLatched(diary)).toBe(wasLatched)
    }),
    { numRuns: 300 },
  )
})

test('WD11 setting the wall clock changes no age at all', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(acts, waits, steps), { maxLength: 20 }), (life) => {
      const agesOf = (some: readonly Step[]) => {
        const { state, now } = play(some).diary
        return state.history.map(({ at }) => ageMs(state.clock, at, now))
      }
      expect(agesOf(life)).toEqual(agesOf(life.filter((step) => step.do !== 'setWall')))
    }),
  )
})

test('SH7 the last rollback of the navigation stays known, and one of the release alone is none', () => {
  const rolledBack = (parts: ('navigation' | 'release')[], request_id: string) => ({
    type: 'rolled_back' as const,
    actor,
    reason: 'blank page',
    request_id,
    parts,
    success: true,
    took_ms: 1200,
    target_ms: 30_000,
    steps: [],
  })
  const diary = new Diary().write(rolledBack(['navigation'], 'a')).write(rolledBack(['release'], 'b'))
  expect(diary.state.lastRollback).toMatchObject({ request_id: 'a', at: diary.now })
  expect(diary.write(rolledBack(['release', 'navigation'], 'c')).state.lastRollback?.request_id).toBe('c')
})

test('SD4 an event of a kind that only a newer release knows changes nothing', () => {
  const diary = new Diary().attempt('one')
  const before = diary.state
  diary.write({ type: 'moon_phase', illumination: 0.5 } as never)
  expect(diary.state).toEqual(before)
})
