/** A restart asked for by a person: recorded once, published once, refused beforehand where the policy says so. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Desk } from '#agent/operator/desk.ts'
import { submitRestart, type RestartPlace } from '#agent/operator/request-restart.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { policyVersion } from '#domain/policy/state-version.ts'
import { asked, attemptEvents, OperatorGround } from './place.ts'

let ground: OperatorGround
let desk: Desk
let place: RestartPlace

beforeEach(async () => {
  ground = new OperatorGround()
  desk = await ground.openDesk()
  place = ground.place(desk)
})
afterEach(async () => {
  await desk.close()
  ground.remove()
})

const flag = () => JSON.parse(readFileSync(ground.flag, 'utf8')) as { request_id: string }

test('WD7 what is accepted was recorded first, and the flag says what was recorded', async () => {
  const override = { acknowledged: true, reason: 'cache is poisoned', passes: ['preflight' as const] }
  const answer = await submitRestart(place, asked({ override }))
  expect(answer).toMatchObject({
    kind: 'accepted',
    replayed: false,
    decision: { decision: 'manual_override' },
  })
  const [event] = await ground.said()
  expect(event).toMatchObject({ type: 'request_recorded', ask: { request_id: 'request-1', override } })
  expect(event?.type === 'request_recorded' && event.ask.claimed).toEqual(flag())
})

test('WD3 a refusal by policy is answered at once, recorded, published to nobody, and never prolongs the wait', async () => {
  await ground.watchdogWrites(...attemptEvents('earlier'))
  const first = await submitRestart(place, asked({ requestId: 'a' }))
  const second = await submitRestart(place, asked({ requestId: 'b' }))
  expect([first, second]).toMatchObject([
    { kind: 'refused', decision: { reason: 'cooldown_override_required' } },
    { kind: 'refused', decision: { reason: 'cooldown_override_required', attempts_in_window: 1 } },
  ])
  const waits = [first, second].map(({ decision }) => decision?.cooldown_remaining_ms ?? 0)
  expect(waits[1]).toBeLessThanOrEqual(waits[0] ?? 0)
  expect((await ground.said()).map(({ type }) => type)).toEqual(['request_refused', 'request_refused'])
  expect(existsSync(ground.flag)).toBe(false)
})

test('WD7 without a live watchdog nothing is written', async () => {
  ground.watchdogRuns = false
  await expect(submitRestart(place, asked())).rejects.toMatchObject({ code: 'watchdog_not_running' })
  expect(await ground.said()).toEqual([])
  expect(existsSync(ground.flag)).toBe(false)
})

test('WD7 while a flag stands, another request is pending and not recorded', async () => {
  await submitRestart(place, asked({ requestId: 'a' }))
  await expect(submitRestart(place, asked({ requestId: 'b' }))).rejects.toMatchObject({
    code: 'request_pending',
  })
  expect(await ground.said()).toHaveLength(1)
  expect(flag().request_id).toBe('a')
})

test('WD17 a double click is one restart, with one record and one answer', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => submitRestart(place, asked())))
  expect(answers.map(({ kind, replayed }) => ({ kind, replayed }))).toEqual([
    { kind: 'accepted', replayed: false },
    { kind: 'accepted', replayed: true },
    { kind: 'accepted', replayed: true },
  ])
  expect(await ground.said()).toHaveLength(1)
})

test('WD9 a retry after the agent ended between recording and publishing publishes, and records nothing more', async () => {
  await submitRestart(place, asked())
  rmSync(ground.flag)
  await desk.close()
  desk = await ground.openDesk()
  expect(await submitRestart(ground.place(desk), asked())).toMatchObject({ kind: 'accepted', replayed: true })
  expect(flag().request_id).toBe('request-1')
  expect(await ground.said()).toHaveLength(1)
})

test('WD9 a retry of what the watchdog has claimed already publishes no second flag', async () => {
  await submitRestart(place, asked())
  rmSync(ground.flag)
  await ground.watchdogWrites(...attemptEvents('request-1'))
  expect(await submitRestart(place, asked())).toMatchObject({ kind: 'accepted', replayed: true })
  expect(existsSync(ground.flag)).toBe(false)
})

test('WD17 a retry of a refusal is the same refusal, recorded once, even when it would be allowed by now', async () => {
  await ground.watchdogWrites(...attemptEvents('earlier'))
  const first = await submitRestart(place, asked())
  const again = await submitRestart(place, asked())
  expect(again).toEqual({ ...first, replayed: true })
  expect(await ground.said()).toHaveLength(1)
})

test('WD17 one key for two different requests is told, and neither carried out as the other', async () => {
  await submitRestart(place, asked())
  const override = { acknowledged: true, reason: 'other', passes: [] }
  await expect(submitRestart(place, asked({ override }))).rejects.toMatchObject({ code: 'bad_request' })
  expect(await ground.said()).toHaveLength(1)
})

test('WD17 who saw another state than the present one is told what changed, and nothing is recorded', async () => {
  const view = await place.view()
  const seen = view === null ? '' : policyVersion(view.situation, view.history)
  await ground.watchdogWrites(...attemptEvents('earlier'))
  await expect(submitRestart(place, asked({ seen }))).rejects.toMatchObject({
    code: 'stale_view',
    detail: expect.stringContaining('the policy state was allowed and is cooldown'),
  })
  expect(await ground.said()).toEqual([])
})

test.each([
  [{ acknowledged: false, reason: 'x', passes: [] }, 'override_acknowledgement_required'],
  [{ acknowledged: true, reason: ' ', passes: [] }, 'override_reason_required'],
])('WD12 an override that is not complete (%j) is refused', async (override, reason) => {
  expect(await submitRestart(place, asked({ override }))).toMatchObject({
    kind: 'refused',
    decision: { reason },
  })
})

test('WD9 on a full disk a plain request is refused, and an override is carried out, even where nothing can be read', async () => {
  ground.watchdogProblem = 'state_unwritable'
  await expect(submitRestart(place, asked())).rejects.toMatchObject({ code: 'state_unwritable' })
  const noRoom = () => Promise.reject(new HoldfastProblem('state_unwritable', 'the disk is full'))
  const blind = { ...place, view: noRoom }
  await expect(submitRestart(blind, asked())).rejects.toMatchObject({ code: 'state_unwritable' })
  const override = { acknowledged: true, reason: 'x', passes: [] }
  expect(await submitRestart(blind, asked({ override }))).toMatchObject({ kind: 'accepted', decision: null })
  expect(flag().request_id).toBe('request-1')
})

test('WD11 with a watchdog that cannot read its history, an override does not pass either', async () => {
  ground.watchdogProblem = 'state_unreadable'
  const override = { acknowledged: true, reason: 'x', passes: [] }
  await expect(submitRestart(place, asked({ override }))).rejects.toMatchObject({ code: 'state_unreadable' })
  expect(await ground.said()).toEqual([])
})

test('WD11 over a history that cannot be read nothing is asked for', async () => {
  const unreadable = { ...place, view: async () => null }
  await expect(submitRestart(unreadable, asked())).rejects.toMatchObject({ code: 'state_unreadable' })
  expect(await ground.said()).toEqual([])
})

test('WD9 a request that lost the race for the flag has come to its end, and a retry is told the same', async () => {
  const losing = { ...place, publisher: { ...place.publisher, standing: async () => null } }
  writeFileSync(ground.flag, 'another one')
  await expect(submitRestart(losing, asked())).rejects.toMatchObject({ code: 'request_pending' })
  expect((await ground.said()).map(({ type }) => type)).toEqual(['request_recorded', 'request_ended'])
  rmSync(ground.flag)
  await expect(submitRestart(losing, asked())).rejects.toMatchObject({ code: 'request_pending' })
  expect(existsSync(ground.flag)).toBe(false)
  expect(await ground.said()).toHaveLength(2)
})

test('WD16 the rung that was asked for is the one that is recorded, and another one is another request', async () => {
  await submitRestart(place, asked({ rung: 'roll' }))
  expect(await ground.said()).toMatchObject([{ ask: { rung: 'roll' } }])
  await expect(submitRestart(place, asked({ rung: 'reload' }))).rejects.toMatchObject({ code: 'bad_request' })
})

test('WD7 a flag of somebody else that says nothing readable is pending like any other', async () => {
  writeFileSync(ground.flag, 'garbage')
  await expect(submitRestart(place, asked())).rejects.toMatchObject({ code: 'request_pending' })
})

test('RC5 a restart that would put drift into force is refused, recorded, and passed by an override alone', async () => {
  ground.drift = async (rung) => (rung === 'service' ? 'refuses' : null)
  const refused = await submitRestart(place, asked({ requestId: 'a', rung: 'service' }))
  expect(refused).toMatchObject({ kind: 'refused', decision: { reason: 'contract_drift' } })
  expect(existsSync(ground.flag)).toBe(false)
  const override = { acknowledged: true, reason: 'it is known', passes: [] }
  const passed = await submitRestart(place, asked({ requestId: 'b', rung: 'service', override }))
  expect(passed).toMatchObject({ kind: 'accepted', decision: { decision: 'manual_override' } })
  expect((await ground.said()).map(({ type }) => type)).toEqual(['request_refused', 'request_recorded'])
})

test('RC5 where drift is not enforced, it is warned of and goes ahead; a check that fails lets nothing pass', async () => {
  ground.drift = async () => 'warns'
  expect(await submitRestart(place, asked({ requestId: 'a', rung: 'service' }))).toMatchObject({
    kind: 'accepted',
    decision: { warnings: ['contract_drift'] },
  })
  ground.drift = () => Promise.reject(new HoldfastProblem('check_failed', 'a test'))
  rmSync(ground.flag)
  await expect(submitRestart(place, asked({ requestId: 'b', rung: 'service' }))).rejects.toMatchObject({
    code: 'check_failed',
  })
})
