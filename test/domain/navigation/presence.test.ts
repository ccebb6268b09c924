/** SH6: which tabs have left, against the rule said a second time over the whole list of what was heard. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  GUEST_TABS_LIMIT,
  LEASE_MS,
  readTabWord,
  SIGNED_IN_TABS_LIMIT,
  TabPresence,
  TABS_PER_HOLDER_LIMIT,
  tabWordText,
  type TabEnding,
} from '#domain/navigation/presence.ts'

const idOf = (number: number) => number.toString(16).padStart(32, '0')
const beat = (number: number) => ({ id: idOf(number), end: null })
const lastWord = (number: number, end: TabEnding) => ({ id: idOf(number), end })

function withTabs(...holders: (string | null)[]): TabPresence {
  const presence = new TabPresence()
  holders.forEach((holder, i) => presence.heard(beat(i), holder, 0))
  return presence
}

test('SH6 who obeys has left, who falls silent is gone, and who still speaks is outstanding, the oldest named', () => {
  const presence = withTabs('ops', 'ops', 'boss', null)
  presence.switched(true, 1000)
  presence.heard(lastWord(0, 'obeyed'), 'ops', 1200)
  presence.heard(lastWord(2, 'closed'), 'boss', 1300)
  presence.heard(beat(1), 'ops', 1400)
  const { round } = presence.report(2000)
  expect(round).toMatchObject({
    engagedAt: 1000,
    releasedAt: null,
    signedIn: { seen: 3, obeyed: 1, gone: 1, outstanding: 1, more: false },
    guests: { seen: 1, obeyed: 0, gone: 0, outstanding: 1 },
    sessions: { seen: 2, obeyed: 0, gone: 1, outstanding: 1 },
    lastObeyedAt: 1200,
    oldest: { signedIn: false, since: 1000, heardAt: 0 },
  })
  expect(presence.report(1400 + LEASE_MS).round).toMatchObject({
    signedIn: { obeyed: 1, gone: 2, outstanding: 0 },
    guests: { gone: 1, outstanding: 0 },
    sessions: { obeyed: 1, gone: 1, outstanding: 0 },
    oldest: null,
  })
})

test('SH6 a frozen tab that comes back is outstanding from then on, until it obeys', () => {
  const presence = withTabs('ops')
  presence.switched(true, 1000)
  presence.heard(beat(0), 'ops', 90_000)
  expect(presence.report(90_001).round?.oldest).toEqual({ signedIn: true, since: 90_000, heardAt: 90_000 })
  presence.heard(lastWord(0, 'obeyed'), 'ops', 90_100)
  expect(presence.report(90_200).round?.signedIn).toMatchObject({ seen: 1, obeyed: 1, outstanding: 0 })
})

test('SH6 the last round stays known after the release, as it was then', () => {
  const presence = withTabs('ops', 'ops')
  presence.switched(true, 1000)
  presence.heard(lastWord(0, 'obeyed'), 'ops', 1100)
  presence.switched(false, 2000)
  const then = presence.report(2000).round
  expect(then).toMatchObject({ releasedAt: 2000, signedIn: { seen: 2, obeyed: 1, outstanding: 1 } })
  for (let number = 0; number < 500; number += 1) presence.heard(beat(number), null, 60_000)
  expect(presence.report(70_000).round).toEqual(then)
  presence.switched(true, 200_000)
  expect(presence.report(200_000).round).toMatchObject({ engagedAt: 200_000, signedIn: { seen: 0 } })
})

test('SH6 who obeys before it was ever heard of is counted; what it sent before its last word changes nothing', () => {
  const presence = new TabPresence()
  presence.switched(true, 0)
  presence.heard(lastWord(7, 'obeyed'), 'ops', 10)
  presence.heard(beat(7), 'ops', 11)
  presence.heard(lastWord(8, 'closed'), 'ops', 12)
  expect(presence.report(20).round?.signedIn).toMatchObject({ seen: 1, obeyed: 1, outstanding: 0 })
})

test('SH6 a tab whose operator signs in belongs to the session', () => {
  const presence = withTabs(null)
  presence.heard(beat(0), 'ops', 10)
  expect(presence.report(20).open).toEqual({ signedIn: 1, guests: 0, sessions: 1 })
})

test('SE8 a flood of made-up tabs is bounded, told, and leaves those who have signed in alone', () => {
  const presence = new TabPresence()
  presence.switched(true, 0)
  for (let number = 0; number < 3 * GUEST_TABS_LIMIT; number += 1) presence.heard(beat(number), null, number)
  for (let number = 0; number < 3 * TABS_PER_HOLDER_LIMIT; number += 1) {
    presence.heard(beat(100_000 + number), 'one alone', 700)
  }
  presence.heard(beat(999_999), 'ops', 700)
  const { round } = presence.report(701)
  expect(round?.guests).toMatchObject({ seen: GUEST_TABS_LIMIT, more: true })
  expect(round?.sessions).toMatchObject({ seen: 2, outstanding: 2 })
  expect(round?.signedIn).toMatchObject({ seen: TABS_PER_HOLDER_LIMIT + 1, more: true })
  for (let number = 0; number < 2 * SIGNED_IN_TABS_LIMIT; number += 1) {
    presence.heard(beat(200_000 + number), `holder ${number}`, 702)
  }
  expect(presence.report(703).round?.signedIn.seen).toBe(SIGNED_IN_TABS_LIMIT)
})

test('SE8 outside a round those who are gone make room', () => {
  const presence = new TabPresence()
  for (let number = 0; number < GUEST_TABS_LIMIT; number += 1) presence.heard(beat(number), null, 0)
  presence.heard(beat(5000), null, LEASE_MS)
  expect(presence.report(LEASE_MS).open.guests).toBe(1)
})

test.each([
  null,
  '',
  'x',
  idOf(10).toUpperCase(),
  `${idOf(1)}0`,
  `${idOf(1)}; gone`,
  `${idOf(1)};obeyed`,
  `${idOf(1)}\n`,
  `${idOf(1)}, ${idOf(2)}`,
])('BI1 %j is no word of a tab', (header) => {
  expect(readTabWord(header)).toBeNull()
})

test('SH6 a word is read as it was written', () => {
  for (const end of [null, 'obeyed', 'closed'] as const) {
    expect(readTabWord(tabWordText({ id: idOf(3), end }))).toEqual({ id: idOf(3), end })
  }
})

/** What may happen, each so long after the one before. */
const step = fc.record({
  afterMs: fc.integer({ min: 0, max: 9000 }),
  act: fc.oneof(
    { weight: 1, arbitrary: fc.record({ switched: fc.boolean() }) },
    {
      weight: 5,
      arbitrary: fc.record({
        tab: fc.nat({ max: 6 }),
        end: fc.option(fc.constantFrom('obeyed' as const, 'closed' as const), { freq: 3 }),
      }),
    },
  ),
})
/** Tabs keep their holders here: two sessions, and guests. */
const holderOf = (tab: number) => [null, 'ops', 'boss'][tab % 3] ?? null

test('SH6 over any history: nobody is counted twice, the rows add up, and exactly they are outstanding who spoke lately and not their last word', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const presence = new TabPresence()
      let now = 0
      let engagedAt: number | null = null
      const lastHeard = new Map<number, number>()
      const ended = new Map<number, TabEnding>()
      for (const { afterMs, act } of steps) {
        now += afterMs
        if ('switched' in act) {
          if (act.switched && engagedAt === null) {
            // Who is not here at its beginning is no part of it, and may begin anew.
            for (const tab of [...lastHeard.keys()]) {
              if (ended.has(tab) || now - (lastHeard.get(tab) ?? 0) >= LEASE_MS) {
                lastHeard.delete(tab)
                ended.delete(tab)
              }
            }
          }
          engagedAt = act.switched ? (engagedAt ?? now) : null
          presence.switched(act.switched, now)
          continue
        }
        const { tab, end } = act
        presence.heard({ id: idOf(tab), end }, holderOf(tab), now)
        if (engagedAt === null) {
          for (const [other, at] of lastHeard) {
            if (now - at < LEASE_MS) continue
            lastHeard.delete(other)
            ended.delete(other)
          }
        }
        if (ended.has(tab)) continue
        if (!lastHeard.has(tab) && (end === 'closed' || (end === 'obeyed' && engagedAt === null))) continue
        lastHeard.set(tab, now)
        if (end !== null) ended.set(tab, end)
      }
      const { round } = presence.report(now)
      if (engagedAt === null) return
      const of = (isGuest: boolean) =>
        [...lastHeard.keys()].filter((tab) => (holderOf(tab) === null) === isGuest)
      const isOut = (tab: number) => ended.has(tab) || now - (lastHeard.get(tab) ?? 0) >= LEASE_MS
      for (const [tally, tabs] of [
        [round?.signedIn, of(false)],
        [round?.guests, of(true)],
      ] as const) {
        expect(tally).toEqual({
          seen: tabs.length,
          obeyed: tabs.filter((tab) => ended.get(tab) === 'obeyed').length,
          gone: tabs.filter((tab) => isOut(tab) && ended.get(tab) !== 'obeyed').length,
          outstanding: tabs.filter((tab) => !isOut(tab)).length,
          more: false,
        })
      }
      expect(round?.oldest === null).toBe([...lastHeard.keys()].every(isOut))
    }),
    { seed: 6, numRuns: 2000 },
  )
})
