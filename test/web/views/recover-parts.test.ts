/** What the Recover pages make of the restart history: the window, the ladder, a request's progress, a row. */
import { describe, expect, test } from 'vitest'
import { HISTORY_OUTCOMES } from '#domain/journal/history-words.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import { OUTCOME_REASONS } from '#web/reason-words.ts'
import { historyRows } from '#web/views/recover/history-row.ts'
import { progressText, stepsOf } from '#web/views/recover/progress-steps.ts'
import { isEnded, progressOf } from '#web/views/recover/restart-progress.ts'
import { ladder } from '#domain/policy/ladder.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { rungOffers } from '#domain/policy/rung-offers.ts'
import { stateEnd } from '#web/views/recover/state-end.ts'
import { untilOldestLeaves, windowEvents } from '#web/views/recover/window-events.ts'
import { NOW } from '../raw-page.ts'
import { ago, guardedWorker, sampleLine, sampleWorker } from '../sample-worker.ts'

const { restart, watchdog } = recoverMessages
const WINDOW_MS = 600_000

describe('WD4 the window', () => {
  const lines = [
    sampleLine({ requested_at: ago(WINDOW_MS + 1000) }),
    sampleLine({ requested_at: ago(WINDOW_MS) }),
    sampleLine({ kind: 'refused', requested_at: ago(400_000) }),
    sampleLine({ kind: 'unsent', requested_at: ago(390_000) }),
    sampleLine({ kind: 'external', requested_at: ago(300_000), decision: 'external' }),
    sampleLine({ kind: 'imported', requested_at: ago(200_000), decision: 'external' }),
    sampleLine({ kind: 'imported', requested_at: ago(190_000), decision: 'blocked' }),
    sampleLine({ requested_at: ago(100_000) }),
  ]

  test('holds what counts, by cause, and neither refusals nor what was never signalled', () => {
    const events = windowEvents(sampleWorker({ restart_history: lines }), NOW)
    expect(events.map(({ kind, at }) => [kind, NOW - at])).toEqual([
      ['attempt', WINDOW_MS],
      ['external', 300_000],
      ['external', 200_000],
      ['attempt', 100_000],
    ])
    expect(untilOldestLeaves(events, { now: NOW, windowMs: WINDOW_MS })).toBe(0)
  })

  test('what a release covers is drawn, and does not count', () => {
    const guard = { latched: false, latched_at: ago(150_000), released_at: ago(150_000) }
    const events = windowEvents(sampleWorker({ restart_history: lines, guard }), NOW)
    expect(events.map(({ counts }) => counts)).toEqual([false, false, false, true])
    expect(untilOldestLeaves(events, { now: NOW, windowMs: WINDOW_MS })).toBe(500_000)
  })
})

describe('WD16 the ladder', () => {
  const offered = (rungs: WorkerStatus['watchdog']['rungs']) =>
    rungOffers({ watchdog: { running: true, problem: null, seen_at: null, rungs } })
      .filter((offer) => offer.offered)
      .map(({ rung }) => rung)

  test('is offered as the watchdog says', () => {
    const told = ladder({
      tried: [{ rung: 'reload', success: true, helped: false }],
      service: { kind: 'available' },
    })
    expect(offered(told)).toEqual(['reload', 'roll'])
  })

  test('is the weakest rung alone where no watchdog says', () => {
    expect(offered(null)).toEqual(['reload'])
  })
})

describe('WD10 a request is followed to its verified end', () => {
  const followed = { requestId: 'mine', acceptedAt: NOW - 10_000 }
  const mine = (changes = {}) =>
    sampleLine({ request_id: 'mine', requested_at: ago(8000), completed_at: ago(4000), ...changes })
  const states = (...lines: ReturnType<typeof sampleLine>[]) => {
    const progress = progressOf(followed, lines, NOW)
    return stepsOf(progress, followed.acceptedAt).map(({ state }) => state)
  }

  test.each([
    ['nobody else’s', [sampleLine()], ['done', 'now', 'next', 'next']],
    ['begun', [mine({ success: null, completed_at: null })], ['done', 'done', 'now', 'next']],
    ['verified', [mine()], ['done', 'done', 'done', 'done']],
    ['not verified', [mine({ success: false })], ['done', 'done', 'failed', 'skipped']],
    ['never signalled', [mine({ kind: 'unsent', success: false })], ['done', 'failed', 'skipped', 'skipped']],
    ['refused', [mine({ kind: 'refused', success: false })], ['done', 'failed', 'skipped', 'skipped']],
  ])('%s', (_case, lines, expected) => {
    expect(states(...lines)).toEqual(expected)
  })

  test('workers that were seen replaced light up before the answer is healthy', () => {
    const line = mine({ success: null, requested_at: ago(8000), completed_at: null })
    const progress = progressOf(followed, [line], NOW)
    const stepsWith = (gone: number, replacedAt: number | null) =>
      stepsOf(progress, followed.acceptedAt, { gone, of: 4, replacedAt }).map(({ state, after }) => [
        state,
        after,
      ])
    expect(stepsWith(2, null)[2]).toEqual(['now', '2 of 4'])
    expect(stepsWith(4, NOW - 5000).slice(2)).toEqual([
      ['done', restart.progress.after('5.0 s')],
      ['now', ''],
    ])
  })

  test('workers seen replaced only after the end are no contradiction', () => {
    const progress = progressOf(followed, [mine()], NOW)
    const steps = stepsOf(progress, followed.acceptedAt, { gone: 4, of: 4, replacedAt: NOW - 1000 })
    expect(steps[2]).toMatchObject({ state: 'done', after: '' })
  })

  test('the end says how long it took and whether it helped', () => {
    const progress = progressOf(followed, [mine({ helped: false })], NOW)
    expect(isEnded(progress)).toBe(true)
    expect(progressText(progress, followed.acceptedAt, NOW)).toBe(
      `${restart.progress.verified('6.0 s')} ${restart.progress.unhelpful}`,
    )
  })

  test('a failure says why in words, not by its code', () => {
    const line = mine({ kind: 'unsent', success: false, decision_reason: 'preflight_failed', detail: null })
    const progress = progressOf(followed, [line], NOW)
    expect(progressText(progress, followed.acceptedAt, NOW)).toBe(
      restart.progress.unsent(OUTCOME_REASONS.preflight_failed ?? ''),
    )
  })

  test('silence is not waited for without an end', () => {
    expect(progressOf({ ...followed, acceptedAt: NOW - 151_000 }, [], NOW).kind).toBe('silent')
    const begun = mine({ success: null, requested_at: ago(151_000) })
    expect(progressOf(followed, [begun], NOW).kind).toBe('silent')
  })
})

describe('a row of the history', () => {
  const rowOf = (changes = {}) => historyRows([sampleLine(changes)], NOW)[0]

  test('the newest is first', () => {
    const rows = historyRows([sampleLine({ requested_by: 'a' }), sampleLine({ requested_by: 'b' })], NOW)
    expect(rows.map(({ id }) => id)).toEqual(['1-auto-1', '0-auto-1'])
  })

  test.each([
    [{}, HISTORY_OUTCOMES.helped, 'disc'],
    [{ helped: false }, HISTORY_OUTCOMES.unhelpful, 'triangle'],
    [{ helped: null }, HISTORY_OUTCOMES.verified, 'disc'],
    [{ success: null }, HISTORY_OUTCOMES.running, 'turn'],
    [{ success: false }, HISTORY_OUTCOMES.failed, 'cross'],
    [{ kind: 'refused', success: false }, HISTORY_OUTCOMES.refused, 'gate'],
    [{ kind: 'unsent', success: false }, HISTORY_OUTCOMES.unsent, 'cross'],
    [{ kind: 'external' }, HISTORY_OUTCOMES.external, 'ring'],
  ])('%o: word and shape say what came of it', (changes, word, shape) => {
    expect(rowOf(changes)?.outcome).toMatchObject({ word, shape })
  })

  test('WD15 one that Holdfast did not cause is nobody’s of its own', () => {
    const row = rowOf({ kind: 'external', source: 'external', detail: 'the master was replaced' })
    expect(row).toMatchObject({ by: 'outside', because: 'the master was replaced', took: '—' })
  })

  test('an override carries the reason that was given', () => {
    const row = rowOf({
      manual_override: true,
      source: 'manual',
      requested_by: 'user:ops',
      override_reason: 'x',
    })
    expect(row).toMatchObject({ what: 'Override', by: 'user:ops', because: 'Reason given: x', took: '4.0 s' })
  })

  test('a line without any time says so and breaks nothing', () => {
    expect(rowOf({ requested_at: null, completed_at: 'soon' })).toMatchObject({ when: null, took: '—' })
  })
})

describe('WD13 how the present state ends', () => {
  const end = (worker: ReturnType<typeof sampleWorker>, leftMs = 0) => stateEnd(worker, { leftMs, now: NOW })
  const POLICY = sampleWorker().policy_state
  const inState = (state: typeof POLICY.state, changes = {}) =>
    sampleWorker({ policy_state: { ...POLICY, state }, ...changes })

  test('a cooldown by itself, counting down and never early', () => {
    expect(end(inState('cooldown'), 36_001)).toBe(watchdog.cooldownLeft('37 s'))
    expect(end(inState('cooldown'))).toBe(watchdog.cooldownAlmost)
  })

  test('a latched guard by a person; a spent budget also with time', () => {
    expect(end(guardedWorker())).toBe(watchdog.ends.guarded)
    const open = { latched: false, latched_at: null, released_at: null }
    expect(end(guardedWorker({ guard: open }))).toBe(watchdog.budgetSpent)
  })

  test('a pause at its time, where it has one', () => {
    const pause = { by: 'ops', reason: 'deploy', since: ago(1000), until: ago(-60_000) }
    expect(end(inState('paused', { pause }))).toMatch(/^Ends at \d\d:\d\d:\d\d, or/)
    expect(end(inState('paused', { pause: { ...pause, until: null } }))).toBe(watchdog.pausedOpen)
  })
})
