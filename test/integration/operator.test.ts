/** What an operator says on the command line reaches the running watchdog through the durable journal alone. */
import { existsSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Health } from '#domain/schemas/health.ts'
import { holdfast, readyUrl, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

let place: Scratch
let started: Run
let url: string

beforeAll(async () => {
  place = scratch()
  started = run(['tools/start.mjs', '--scenario', 'calm'], place.env)
  url = await readyUrl(started)
})
afterAll(async () => {
  started.process.kill('SIGTERM')
  await started.ended
  place.remove()
})

async function state(): Promise<string> {
  const health = (await (await fetch(new URL('health', url))).json()) as Health
  return health.resilience.policy_state.state
}

test('WD13 pause and resume are seen within a moment, with who said it', async () => {
  const paused = await holdfast(['pause', '--reason', 'deploy', '--for', '30m', '--json'], place.env)
  expect(JSON.parse(paused.stdout)).toMatchObject({
    paused: true,
    by: `local:${userInfo().username}`,
    reason: 'deploy',
  })
  await until('the paused state', async () => (await state()) === 'paused')
  await holdfast(['resume'], place.env)
  await until('the allowed state', async () => (await state()) === 'allowed')
})

test('WD4 a release is durable, and recorded with its reason', async () => {
  const released = await holdfast(['guard', 'release', '--reason', 'pool raised', '--json'], place.env)
  expect(JSON.parse(released.stdout)).toMatchObject({
    released: true,
    reason: 'pool raised',
    new_history: false,
  })
})

test('WD16 a rung that is not offered is refused, with the one that comes first', async () => {
  await until('a watchdog past its start', async () => (await state()) === 'allowed')
  const refused = await holdfast(['restart', '--rung', 'roll', '--json'], place.env)
  expect(refused.code).toBe(3)
  expect(JSON.parse(refused.stdout)).toMatchObject({
    outcome: 'refused',
    reasons: [{ code: 'rung_not_offered' }],
    detail: 'the rolling replacement is not offered yet: the graceful reload was not tried in vain',
  })
})

test('a restart is asked for, signalled and verified; a second one is refused by the cooldown, an override passes it', async () => {
  await until('a watchdog past its start', async () => (await state()) === 'allowed')
  const first = await until('a master that is no longer starting', async () => {
    const tried = await holdfast(['restart', '--json'], place.env)
    return tried.code === 0 && tried
  })
  expect(JSON.parse(first.stdout)).toMatchObject({ outcome: 'verified', reasons: [] })
  const second = await holdfast(['restart', '--json'], place.env)
  expect(second.code).toBe(3)
  expect(JSON.parse(second.stdout)).toMatchObject({
    outcome: 'refused',
    reasons: [{ code: 'cooldown_override_required' }],
  })
  const words = ['restart', '--override', '--acknowledge', '--reason', 'a test', '--json']
  const third = await holdfast(words, place.env)
  expect(JSON.parse(third.stdout)).toMatchObject({ outcome: 'verified' })
  const rolled = await holdfast([...words, '--rung', 'roll'], place.env)
  expect(JSON.parse(rolled.stdout)).toMatchObject({
    outcome: 'verified',
    detail: expect.stringContaining('one after the other'),
  })
})

test('WD7 without a watchdog a restart is not even written down', async () => {
  const own = scratch()
  const { code, stderr } = await holdfast(['restart'], own.env)
  expect(code).toBe(1)
  expect(stderr).toContain('The watchdog does not run')
  expect(existsSync(join(own.stateDir, 'agent.journal'))).toBe(false)
  own.remove()
})

test.each([
  [['restart', '--override'], '--override needs --acknowledge'],
  [['restart', '--reason', 'x'], '--reason belongs to --override'],
  [['restart', '--rung', 'rol'], '--rung: found "rol"; did you mean "roll"?'],
  [['restart', '--rung', 'xyzzy'], '--rung: found "xyzzy"; expected one of reload, roll, service'],
  [['guard', 'release'], '--reason TEXT is needed'],
  [['guard', 'release', '--reason', ' \u200b '], '--reason TEXT is needed'],
  [['pause', '--reason', 'x', '--for', 'soon'], '--for: expected a time like'],
  [['pause', '--reason', 'x', '--for', '31d'], '--for: expected a time like'],
])('BI1 %j is wrong usage, told before anything is recorded', async (words, message) => {
  const own = scratch()
  const { code, stderr } = await holdfast(words, own.env)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
  expect(existsSync(own.stateDir)).toBe(false)
  own.remove()
})

test('WD11 releasing over a history that cannot be read starts a new one and keeps the old file aside', async () => {
  const own = scratch()
  const config = { ...own.env, HOLDFAST_STATE_DIR: own.directory }
  writeFileSync(join(own.directory, 'watchdog.journal'), 'no database at all')
  writeFileSync(join(own.directory, 'watchdog.journal.marker'), 'x')
  const released = await holdfast(['guard', 'release', '--reason', 'disk replaced', '--json'], config)
  expect(JSON.parse(released.stdout)).toMatchObject({ released: true, new_history: true })
  own.remove()
})

test('WD11 releasing over operators’ words that cannot be read starts those anew as well', async () => {
  const own = scratch()
  const config = { ...own.env, HOLDFAST_STATE_DIR: own.directory }
  await holdfast(['pause', '--reason', 'deploy'], config)
  writeFileSync(join(own.directory, 'agent.journal'), 'no database at all')
  expect((await holdfast(['resume'], config)).code).toBe(1)
  const released = await holdfast(['guard', 'release', '--reason', 'disk replaced', '--json'], config)
  expect(JSON.parse(released.stdout)).toMatchObject({ released: true, new_history: true })
  expect((await holdfast(['resume'], config)).code).toBe(0)
  own.remove()
})
