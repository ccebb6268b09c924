import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { restartsFor } from '#domain/journal/questions.ts'
import { mergeJournals } from '#domain/journal/merge.ts'
import { importedHistory, stateFileOf } from '#domain/journal/state-file.ts'
import { POLICY_PRESETS as config } from '#domain/policy/config.ts'
import { explainPolicy } from '#domain/policy/explain.ts'
import { countRestarts } from '#domain/policy/restarts.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { stateFile } from '#domain/schemas/state-file.ts'
import { ask, decision, Diary, external, intent, outcome, refusal, released, START } from './diary.ts'

const HOUR_MS = 3_600_000
const fileOf = ({ state, now }: Diary, historyLimit = 50) =>
  stateFileOf(state, { windowMs: config.windowMs, historyLimit, now })
const iso = (afterMs: number) => new Date(START + afterMs).toISOString()

test('WD18 an attempt is written as other readers know it', () => {
  const claimed = { user: 'ops', ip: '10.0.0.4', ticket: 7 }
  const diary = new Diary()
    .write(intent('a', { ask: ask('r-a', { claimed }) }))
    .wait(4000)
    .write(outcome('a'))
  const entry = {
    requested_by: 'ops',
    requested_at: iso(0),
    requested_ip: '10.0.0.4',
    completed_at: iso(4000),
    success: true,
    source: 'manual',
    decision: 'executed',
    decision_reason: 'signal_sighup',
    manual_override: false,
    policy_state: {
      state: 'allowed',
      attempts_in_window: 0,
      churn: 0,
      cooldown_remaining_seconds: 0,
      thresholds: {},
    },
  }
  expect(fileOf(diary)).toEqual({ last_restart: entry, history: [entry], history_limit: 50 })
})

const ENTRIES: [title: string, write: (diary: Diary) => Diary, expected: object][] = [
  [
    'signalled but not verified',
    (d) => d.attempt('a', { success: false, reason: 'restart_timeout' }),
    { decision: 'executed', success: false, decision_reason: 'restart_timeout' },
  ],
  [
    'not signalled',
    (d) => d.attempt('a', { signalled: false, success: false, reason: 'pid_identity_mismatch' }),
    { decision: 'failed', success: false, decision_reason: 'pid_identity_mismatch' },
  ],
  [
    'begun, and not known how it ended',
    (d) => d.write(intent('a')),
    { decision: 'executed', success: null, completed_at: null },
  ],
  [
    'an override',
    (d) => d.write(intent('a', { decision: { ...decision, decision: 'manual_override' } })),
    { decision: 'manual_override', manual_override: true },
  ],
  [
    'a refusal',
    (d) => d.write(refusal('a')),
    { decision: 'blocked', success: false, decision_reason: 'cooldown_override_required' },
  ],
  ['an external restart', (d) => d.write(external), { decision: 'external', requested_by: null }],
]

test.each(ENTRIES)('WD18 in the history: %s', (_title, write, expected) => {
  const file = fileOf(write(new Diary()))
  expect(file.history).toMatchObject([expected])
  expect(stateFile.safeParse(JSON.parse(JSON.stringify(file))).success).toBe(true)
})

test('WD18 the last restart is the last attempt, whatever was refused since', () => {
  expect(fileOf(new Diary()).last_restart).toBeNull()
  const diary = new Diary().attempt('a').wait(1000).write(refusal('b')).write(external)
  expect(fileOf(diary).last_restart).toMatchObject({ requested_at: iso(0) })
})

test('WD11 refusals push no attempt out of the file while its window lasts', () => {
  const diary = new Diary().attempt('a').attempt('b').write(external)
  for (let index = 0; index < 9; index += 1) diary.write(refusal(String(index)))
  const decisions = (limit: number) => fileOf(diary, limit).history?.map((entry) => entry.decision)
  expect(decisions(5)).toEqual(['executed', 'executed', 'external', 'blocked', 'blocked'])
  expect(decisions(1)).toEqual(['executed', 'executed', 'external'])
  diary.wait(config.windowMs + 1).write(refusal('last'))
  expect(decisions(2)).toEqual(['blocked', 'blocked'])
})

test('WD18 the file explains the same decision as the fold, on a machine whose clock runs well', () => {
  const acts = fc.constantFrom('attempt', 'failed', 'external', 'refusal', 'release')
  const life = fc.array(fc.tuple(acts, fc.integer({ min: 1, max: 300_000 })), { maxLength: 12 })
  fc.assert(
    fc.property(life, fc.integer({ min: 1, max: 5 }), (steps, historyLimit) => {
      const diary = new Diary()
      for (const [index, [act, wait]] of steps.entries()) {
        if (act === 'attempt') diary.attempt(String(index))
        else if (act === 'failed') diary.attempt(String(index), { signalled: false, success: false })
        else
          diary.write(act === 'external' ? external : act === 'release' ? released : refusal(String(index)))
        diary.wait(wait)
      }
      const { state, now } = diary
      const restarts = restartsFor(state, { now })
      const counts = countRestarts({ config, restarts, guardReleasedAt: null, now: now.wall })
      const releasedAt = state.guard.releasedAt?.wall
      const answer = explainPolicy({
        config,
        history: JSON.stringify(fileOf(diary, historyLimit)),
        request: null,
        signals: JSON.stringify({ guard_released_at: releasedAt && new Date(releasedAt).toISOString() }),
        at: null,
        now: now.wall,
        localOffset: () => 0,
      })
      expect(answer.ok && answer.explanation).toMatchObject({
        attempts_in_window: counts.attemptsInWindow,
        thresholds: { churn_in_window: counts.churn },
        cooldown_remaining_seconds: Math.ceil(counts.cooldownRemainingMs / 1000),
      })
    }),
  )
})

const berlin = () => HOUR_MS
const local = (text: string) => importedHistory('state.json', text, berlin)
const importInto = (diary: Diary, document: object): Diary => {
  const reading = local(JSON.stringify(document))
  if (!reading.ok) throw new Error(reading.findings.map(findingText).join())
  return diary.write(reading.value.event)
}

test('WD18 local times of an imported file come back in UTC, and nothing else changes', () => {
  const entry = {
    requested_at: '2026-02-08T03:59:30',
    requested_by: 'ops',
    success: true,
    extra: { kept: 1 },
  }
  const diary = importInto(new Diary(), { history: [entry], history_limit: 20 })
  expect(fileOf(diary).history).toEqual([
    { ...entry, requested_at: '2026-02-08T02:59:30.000Z', completed_at: null },
  ])
})

test('WD11 an imported attempt keeps its age from there on, whatever the wall clock does', () => {
  const history = [{ requested_at: '2026-02-08T03:59:30', success: true }]
  const diary = importInto(new Diary(), { history }).setWall(HOUR_MS).wait(10_000)
  const [restart] = restartsFor(diary.state, { now: diary.now })
  expect(diary.now.wall - (restart?.at ?? 0)).toBe(40_000)
})

test('WD11 an imported attempt later than now is of age 0', () => {
  const diary = importInto(new Diary(), { history: [{ requested_at: '2027-01-01T00:00:00Z' }] })
  expect(restartsFor(diary.state, { now: diary.now })).toMatchObject([{ at: START }])
})

test('WD9 a last restart that its history does not list yet is not lost', () => {
  const last = { requested_at: '2026-02-08T02:59:59Z', decision: 'executed' as const }
  expect(
    restartsFor(importInto(new Diary(), { last_restart: last, history: [] }).state, { now: new Diary().now }),
  ).toHaveLength(1)
  expect(
    restartsFor(importInto(new Diary(), { last_restart: last, history: [last] }).state, {
      now: new Diary().now,
    }),
  ).toHaveLength(1)
})

test.each(['', '{', '[]', '{"history": 3}', '{"history": [{"requested_at": "soon"}]}'])(
  'WD11 %j is not imported as an empty history',
  (content) => {
    expect(local(content).ok).toBe(false)
  },
)

test('WD9 two journals read together have one order: by boot, then by the monotonic clock', () => {
  const one = new Diary().write(external).wait(10).write(external).setWall(-HOUR_MS).reboot(0).write(external)
  const other = new Diary().wait(5).setWall(HOUR_MS).write(released).reboot(0).wait(3).write(released)
  const order = mergeJournals(one.rows, other.rows).map(
    ({ time, event }) => `${time.boot} ${time.monotonic} ${event.type}`,
  )
  expect(order).toEqual([
    'boot-1 1000 external_restart',
    'boot-1 1005 guard_released',
    'boot-1 1010 external_restart',
    'boot-2 0 external_restart',
    'boot-2 3 guard_released',
  ])
})

test('WD9 merging loses nothing and keeps each journal in its own order', () => {
  const times = fc.array(fc.tuple(fc.nat({ max: 50 }), fc.boolean()), { maxLength: 8 })
  const write = (waits: readonly (readonly [number, boolean])[]) => {
    const diary = new Diary()
    for (const [wait, reboots] of waits) (reboots ? diary.reboot(wait) : diary.wait(wait)).write(external)
    return diary.rows
  }
  fc.assert(
    fc.property(times, times, (first, second) => {
      const [one, other] = [write(first), write(second)]
      const merged = mergeJournals(one, other)
      expect(merged.filter((row) => one.includes(row))).toEqual(one)
      expect(merged.filter((row) => other.includes(row))).toEqual(other)
      expect(merged).toHaveLength(one.length + other.length)
    }),
  )
})
