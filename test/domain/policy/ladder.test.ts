import { describe, expect, test } from 'vitest'
import { RUNGS, type Rung } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { triedRungs } from '#domain/policy/from-history.ts'
import { ladder, RUNG_WORDS, rungRefusal, type ServiceRung, type TriedRung } from '#domain/policy/ladder.ts'
import { ask, Diary, intent, outcome } from '../journal/diary.ts'

const AVAILABLE: ServiceRung = { kind: 'available' }
const ABSENT: ServiceRung = { kind: 'unavailable', detail: 'systemd does not run here' }

const inVain = (rung: Rung): TriedRung => ({ rung, success: true, helped: false })
const unverified = (rung: Rung): TriedRung => ({ rung, success: false, helped: null })
const helpful = (rung: Rung): TriedRung => ({ rung, success: true, helped: true })
const unjudged = (rung: Rung): TriedRung => ({ rung, success: true, helped: null })

test.each<[string, TriedRung[], Rung[]]>([
  ['nothing', [], ['reload']],
  ['a reload that helped', [helpful('reload')], ['reload']],
  ['a reload that nobody could judge', [unjudged('reload')], ['reload']],
  ['a reload in vain', [inVain('reload')], ['reload', 'roll']],
  ['a reload that was not verified', [unverified('reload')], ['reload', 'roll']],
  ['a roll in vain', [inVain('roll')], ['reload', 'roll', 'service']],
  ['both in vain', [inVain('reload'), inVain('roll')], ['reload', 'roll', 'service']],
  ['a stronger one before a weaker one', [inVain('roll'), inVain('reload')], ['reload', 'roll', 'service']],
  ['even the service in vain', [inVain('service')], ['reload', 'roll', 'service']],
  ['help after all', [inVain('reload'), helpful('roll')], ['reload']],
  ['a new trouble after help', [inVain('roll'), helpful('roll'), inVain('reload')], ['reload', 'roll']],
  ['one between that nobody could judge', [inVain('reload'), unjudged('reload')], ['reload', 'roll']],
])('WD16 after %s these rungs are offered', (_, tried, offered) => {
  const rungs = ladder({ tried, service: AVAILABLE })
  expect(rungs.map(({ rung }) => rung)).toEqual([...RUNGS])
  expect(rungs.filter((offer) => offer.offered).map(({ rung }) => rung)).toEqual(offered)
})

test('WD16 a rung that is not offered says which one comes first', () => {
  expect(ladder({ tried: [], service: AVAILABLE }).slice(1)).toMatchObject([
    { reason: 'weaker_comes_first', because: 'the graceful reload was not tried in vain' },
    { reason: 'weaker_comes_first', because: 'the rolling replacement was not tried in vain' },
  ])
})

test('WD16 a service rung that cannot work here is shown as unavailable, with the reason', () => {
  const [, , service] = ladder({ tried: [inVain('roll')], service: ABSENT })
  expect(service).toEqual({
    rung: 'service',
    offered: false,
    reason: 'unavailable',
    because: 'systemd does not run here',
  })
})

describe('WD16 a request for a rung', () => {
  const refusal = (rung: Rung, more: Partial<Parameters<typeof rungRefusal>[0]> = {}) =>
    rungRefusal({ rung, tried: [], service: AVAILABLE, overridden: false, ...more })

  test('that is offered is not refused', () => {
    expect(refusal('reload')).toBeNull()
    expect(refusal('roll', { tried: [inVain('reload')] })).toBeNull()
  })

  test('that is not offered is refused, and an override passes it', () => {
    expect(refusal('service', { tried: [inVain('reload')] })).toMatchObject({ reason: 'rung_not_offered' })
    expect(refusal('service', { overridden: true })).toBeNull()
  })

  test('that cannot be done here is refused, whoever overrides', () => {
    expect(refusal('service', { service: ABSENT, overridden: true })).toEqual({
      reason: 'rung_unavailable',
      detail: 'the restart of the service cannot be done here: systemd does not run here',
    })
  })
})

test('WD16 each rung says what it does, what it does not do, and what stands before it', () => {
  const texts = RUNGS.flatMap((rung) => Object.values(RUNG_WORDS[rung]))
  expect(new Set(texts).size).toBe(RUNGS.length * 4)
})

test('WD16 what was tried is told by the journal: what has ended, in the window, released or not', () => {
  const diary = new Diary()
  diary.attempt('old', { helped: false }).wait(POLICY_PRESETS.windowMs + 1)
  diary
    .write(intent('rolled', { ask: ask('rolled', { rung: 'roll' }) }))
    .write(outcome('rolled', { helped: false }))
  diary.write({ type: 'guard_released', actor: { name: 'local:ops', ip: null }, reason: 'found it' })
  diary.write(intent('unsent')).write(outcome('unsent', { signalled: false, success: false }))
  diary.write(intent('open'))
  expect(triedRungs(POLICY_PRESETS, diary.state, diary.now)).toEqual([
    { rung: 'roll', success: true, helped: false },
  ])
})
