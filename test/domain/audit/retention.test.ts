/** What may go of the audit trail: nothing of which anything that is decided afterwards would have known (AU3). */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decidesAlike } from '#domain/audit/decides-alike.ts'
import { heldFrom } from '#domain/audit/retention.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { actor, ask, external, intent, latched, outcome, refusal, released, START } from '../journal/diary.ts'
import { decidedFrom, Life, stateOf, stepsOf, type Step } from './two-journals.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const rules = { keepMs: DAY_MS, keepRows: 0 }
const started: JournalEvent = {
  type: 'watchdog_started',
  version: '1',
  contract_version: '1',
  new_history: false,
}
const changed: JournalEvent = { type: 'target_changed', from: 'serving', to: 'failing', detail: '' }
const paused: JournalEvent = { type: 'paused', actor, reason: 'work', until: null }
const resumed: JournalEvent = { type: 'resumed', actor, reason: '' }
const recorded: JournalEvent = { type: 'request_recorded', ask: ask('r-late') }

function copyOf(life: Life): Life {
  const copy = new Life()
  copy.now = life.now
  copy.rows.watchdog = [...life.rows.watchdog]
  copy.rows.agent = [...life.rows.agent]
  return copy
}

function lived(steps: readonly Step[]): Life {
  const life = new Life().watchdog(started)
  for (const { act } of steps) act(life)
  return life
}

const story = fc.record({
  before: stepsOf('a', 40),
  after: stepsOf('b', 12),
  keepMs: fc.constantFrom(HOUR_MS, DAY_MS, 3 * DAY_MS),
  keepRows: fc.nat({ max: 6 }),
  guardRelease: fc.constantFrom('manual' as const, 'window' as const),
})

/** Both lives go on alike; the rows that tell of the prune stand in both, so that only what went is missing. */
function goOn(life: Life, steps: readonly Step[]): Life {
  for (const { act } of steps) act(life)
  return life
}

const isProved = (whole: Life, kept: Life, guardRelease: 'manual' | 'window') =>
  decidesAlike(stateOf(whole.rows), stateOf(kept.rows), { ...POLICY_PRESETS, guardRelease }, kept.now)

test('AU3 whatever is pruned, every decision afterwards is the same', () => {
  let cutCount = 0
  fc.assert(
    fc.property(story, ({ before, after, ...given }) => {
      const life = lived(before)
      for (const cut of life.plan(given, given.guardRelease).cuts) {
        cutCount += 1
        const [whole, pruned] = [copyOf(life), copyOf(life).prune(cut)]
        for (const journal of ['agent', 'watchdog'] as const) {
          const told = cut.last[journal] === null ? undefined : pruned.rows[journal].at(-1)
          if (told !== undefined) whole.rows[journal].push(told)
        }
        const decide = ({ rows, now }: Life) => decidedFrom(rows, now, given.guardRelease)
        expect(decide(pruned)).toEqual(decide(whole))
        expect(isProved(whole, pruned, given.guardRelease)).toBe(true)
        goOn(whole, after)
        goOn(pruned, after)
        expect(decide(pruned)).toEqual(decide(whole))
      }
    }),
    { numRuns: 3000 },
  )
  expect(cutCount).toBeGreaterThan(500)
})

/** How many rows of each journal may go. */
function gone(
  life: Life,
  over: Partial<Parameters<Life['plan']>[0]> = {},
): [watchdog: number, agent: number] {
  const last = life.plan({ ...rules, ...over }).cuts.at(-1)?.last
  return [last?.watchdog?.seq ?? 0, last?.agent?.seq ?? 0]
}

const old = (...events: readonly JournalEvent[]) => new Life().watchdog(started, ...events)
const later = (life: Life) =>
  life
    .wait(3 * DAY_MS)
    .watchdog(changed)
    .wait(HOUR_MS)

const KEPT: [title: string, life: () => Life, gone: [number, number]][] = [
  ['what is old goes', () => later(old(refusal('a'), external)), [3, 0]],
  [
    'the last row of the watchdog since the host began stays',
    () => old(refusal('a'), external).wait(3 * DAY_MS),
    [2, 0],
  ],
  ['an attempt goes with its outcome', () => later(old(intent('a'), outcome('a'))), [3, 0]],
  ['an attempt without an outcome stays', () => later(old(refusal('b'), intent('a'))), [2, 0]],
  [
    'an outcome that came late keeps its intent',
    () =>
      old(intent('a'))
        .wait(4 * DAY_MS)
        .watchdog(outcome('a')),
    [1, 0],
  ],
  [
    'churn for which the watchdog, being away, has not latched the guard yet stays',
    () => later(old(refusal('a'), external, external, external)),
    [2, 0],
  ],
  ['a recorded request without an end stays', () => later(old(external).operators(recorded)), [2, 0]],
  ['a latched guard stays', () => later(old(external, latched, refusal('c'))), [2, 0]],
  ['a latch goes with its release', () => later(old(latched).wait(1).operators(released)), [2, 1]],
  ['a pause without an end stays', () => later(old(external).operators(paused)), [2, 0]],
  [
    'a pause goes once it is resumed',
    () => later(old().operators(paused).wait(1).operators(resumed)),
    [1, 2],
  ],
  [
    'restarts in a row that did not help stay',
    () => later(old(external, intent('a'), outcome('a', { helped: false }))),
    [2, 0],
  ],
  [
    'a restart whose boot ended at once, and nothing after it, stays: it counts in the first day of the next',
    () =>
      old(external)
        .reboot(3 * DAY_MS)
        .watchdog(started)
        .wait(HOUR_MS),
    [1, 0],
  ],
  [
    'a restart goes when later boots lasted longer than any window',
    () =>
      old(external)
        .reboot()
        .watchdog(started)
        .wait(2 * DAY_MS)
        .watchdog(changed)
        .wait(2 * DAY_MS)
        .watchdog(changed),
    [4, 0],
  ],
]

describe('what policy still needs', () => {
  test.each(KEPT)('AU3 %s', (_title, life, expected) => {
    expect(gone(life())).toEqual(expected)
  })
})

test('AU3 of a boot of which anything stays, a row by the watchdog stays: by it later boots are known to follow', () => {
  const life = old()
  const until = life.now.wall + 100 * HOUR_MS
  life.operators({ type: 'paused', actor, reason: 'work', until }).reboot().watchdog(started)
  life.wait(3 * DAY_MS).watchdog(changed)
  expect(gone(life.wait(HOUR_MS))).toEqual([0, 0])
})

test('AU3 boots that a wrong clock has mixed stay together, so that none comes to stand before another', () => {
  const life = old()
    .wait(10 * HOUR_MS)
    .watchdog(changed)
    .reboot(-5 * HOUR_MS)
    .operators(resumed)
  life
    .reboot(9 * HOUR_MS)
    .watchdog(started, changed)
    .wait(3 * DAY_MS)
  expect(gone(life, { keepRows: 3 })).toEqual([0, 0])
  expect(gone(life, { keepRows: 2 })).toEqual([2, 1])
})

test('AU3 the newest rows stay whatever their age, and the young ones whatever their number', () => {
  const life = later(old(...Array.from({ length: 20 }, (_, index) => refusal(String(index)))))
  expect(gone(life)).toEqual([21, 0])
  expect(gone(life, { keepRows: 5 })).toEqual([17, 0])
  expect(gone(life, { keepRows: 100 })).toEqual([0, 0])
  expect(gone(life, { keepMs: 4 * DAY_MS })).toEqual([0, 0])
})

test('AU3 a wrong clock in the past of a row makes no row older than one before it', () => {
  const life = old()
    .wait(4 * DAY_MS)
    .watchdog(changed)
    .setWall(-10 * DAY_MS)
    .watchdog(changed)
  life
    .setWall(10 * DAY_MS)
    .reboot()
    .watchdog(changed)
  expect(gone(life.wait(HOUR_MS))).toEqual([1, 0])
})

test('AU3 a clock that was set forward makes nothing old that was written since the host began', () => {
  const life = old(changed, changed).wait(HOUR_MS).watchdog(changed)
  life.setWall(400 * DAY_MS).watchdog(changed)
  expect(gone(life)).toEqual([0, 0])
  expect(life.plan(rules).heldBy).toMatchObject({ why: 'clock', rows: 4 })
  expect(gone(life.setWall(-800 * DAY_MS))).toEqual([0, 0])
})

test('AU3 it says what keeps rows that are old enough', () => {
  const life = later(old(external).operators(paused))
  expect(life.plan(rules).heldBy).toMatchObject({ why: 'pause', rows: 1 })
  expect(later(old(external)).plan(rules).heldBy).toBeNull()
})

test('AU3 many rows go in steps', () => {
  const life = later(old(...Array.from({ length: 4500 }, () => changed)))
  const stepsOfRows = (rowsOfAStep: number) =>
    life.plan({ ...rules, rowsOfAStep }).cuts.map(({ last }) => last.watchdog?.seq)
  expect(stepsOfRows(2000)).toEqual([2000, 4000, 4501])
  expect(stepsOfRows(1)).toHaveLength(8)
})

test('AU3 a prune pushes out no further row', () => {
  const life = later(old(...Array.from({ length: 20 }, () => changed)))
  const [cut] = life.plan({ ...rules, keepRows: 5 }).cuts
  if (cut !== undefined) life.prune(cut)
  expect(life.rows.watchdog).toHaveLength(6)
  expect(life.plan({ ...rules, keepRows: 5 }).cuts).toEqual([])
})

describe('what is left decides alike', () => {
  const isAlike = (life: Life, rowsGone: number) => {
    const kept = copyOf(life)
    kept.rows.watchdog = kept.rows.watchdog.slice(rowsGone)
    return isProved(life, kept, 'manual')
  }

  test('AU3 where what is gone was done with', () => {
    expect(isAlike(later(old(refusal('a'), external)), 3)).toBe(true)
  })

  test.each<[string, () => Life, number]>([
    ['a latch', () => later(old(latched)), 2],
    ['a latch that is due', () => later(old(external, external, external)), 4],
    ['a request without an end', () => later(old(intent('a'))), 2],
    ['an intent, of which the outcome is left', () => old(intent('a')).watchdog(outcome('a')), 2],
    ['a restart of today', () => old(external), 2],
    [
      'a restart that is young again after a reboot',
      () =>
        old(external)
          .reboot(3 * DAY_MS)
          .watchdog(started),
      2,
    ],
    ['a restart that did not help', () => later(old(intent('a'), outcome('a', { helped: false }))), 3],
  ])('AU3 but not without %s', (_title, life, rowsGone) => {
    expect(isAlike(life(), rowsGone)).toBe(false)
  })

  test('AU3 a step that does not is not taken, nor any after it', () => {
    const plan = later(old(...Array.from({ length: 4500 }, () => changed))).plan({
      ...rules,
      rowsOfAStep: 2000,
    })
    expect(heldFrom(plan, 1)).toMatchObject({
      cuts: [{ rows: 2000 }],
      heldBy: { why: 'not_understood', since: START, rows: 2501 },
    })
  })
})
