/** What the tick decides, and in which order it writes and signals (WD3 to WD5, WD8, WD12, WD13), against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { timeNow } from '#agent/watchdog/world.ts'
import { ACTOR, EXHAUSTED, OVERRIDE, recorded } from './asks.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test('WD9 intent, signal and outcome come in this order, and the request ends with them', async () => {
  world.raise({ user: 'ops', request_id: 'one' })
  await world.tick()
  expect(world.rows.map(({ event }) => event.type)).toEqual([
    'watchdog_started',
    'request_claimed',
    'intent',
    'outcome',
  ])
  expect(world.events('outcome')).toMatchObject([
    { signalled: true, success: true, reason: 'signal_sighup', helped: null },
  ])
  expect(world.signals).toEqual(['SIGHUP'])
  expect(world.claims.size).toBe(0)
  expect(world.stateFile?.history).toMatchObject([
    { requested_by: 'ops', decision: 'executed', success: true },
  ])
})

test('WD3 a refused request does not prolong the cooldown', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  for (const id of ['two', 'three', 'four']) {
    world.raise({ request_id: id })
    await world.tick()
  }
  expect(world.events('request_refused')).toHaveLength(3)
  expect(world.events('request_refused')[0]?.decision.reason).toBe('cooldown_override_required')
  world.clock.pass(57_000)
  world.raise({ request_id: 'five' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
})

test('WD4 churn latches the guard for ever, until a person releases it', async () => {
  for (const id of ['one', 'two', 'three']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('guard_latched')).toMatchObject([{ churn: 3, reason: 'churn' }])
  world.clock.pass(24 * 3_600_000)
  world.raise({ request_id: 'four' })
  await world.tick()
  expect(world.events('request_refused')).toMatchObject([
    { decision: { reason: 'manual_override_required' } },
  ])
  world.operator({ type: 'guard_released', actor: ACTOR, reason: 'found it' })
  world.raise({ request_id: 'five' })
  await world.tick()
  expect(world.signals).toHaveLength(4)
})

test('WD4 by window, a restart after a quiet one finds the guard open, and leaves it open', async () => {
  world.rules = { ...RULES, policy: { ...RULES.policy, guardRelease: 'window' } }
  for (const id of ['one', 'two', 'three']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('guard_latched')).toHaveLength(1)
  world.clock.pass(RULES.policy.windowMs)
  for (const id of ['four', 'five']) {
    world.raise({ request_id: id })
    await world.tick()
    world.clock.pass(61_000)
  }
  expect(world.events('request_refused')).toEqual([])
  expect(world.events('outcome')).toHaveLength(5)
})

test('WD4 churn latches the guard also where the watchdog ended before it could say so, and was away for a window', async () => {
  await world.start()
  for (let number = 0; number < 3; number++) {
    const detail = 'somebody'
    await world
      .world()
      .journal.appendTogether([{ type: 'external_restart', detail, master: null }], timeNow(world.world()))
  }
  world.clock.pass(RULES.policy.windowMs + 60_000)
  await world.start()
  expect(world.events('guard_latched')).toMatchObject([{ reason: 'churn', churn: 3 }])
})

test('WD5 an open breaker keeps the machine from restarting, and that is one event', async () => {
  await world.tick()
  world.tells({ ...EXHAUSTED, circuit_breaker: { state: 'OPEN' } })
  await world.ticks(10)
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'circuit_open' } }])
  expect(world.signals).toEqual([])
})

test('WD5 a circuit that a probe found open during the preflight keeps an automatic flag from its restart', async () => {
  await world.tick()
  world.meanwhile.asks = () => true
  world.tells({ circuit_breaker: { state: 'OPEN' } })
  world.raise({ source: 'auto', request_id: 'one' })
  await world.tick()
  expect(world.signals).toEqual([])
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'circuit_open' } }])
})

test('WD8 a foreign process in the pid file is not signalled', async () => {
  if (world.master !== null)
    world.master = { ...world.master, cmdline: ['/opt/env/bin/python3.11', 'other.py'] }
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ reason: 'pid_identity_mismatch' }])
  expect(world.signals).toEqual([])
})

describe('WD8a preflight', () => {
  test('a failed one stops manual requests too, and only an override that names it passes', async () => {
    world.preflight = { kind: 'failed', lastLines: 'ModuleNotFoundError' }
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([
      { reason: 'preflight_failed', detail: 'ModuleNotFoundError' },
    ])
    world.operator(recorded('two', ['preflight']))
    world.raise({ ...OVERRIDE, override_passes: ['preflight'], request_id: 'two' })
    await world.tick()
    expect(world.signals).toEqual(['SIGHUP'])
  })

  test('one that could not run stops the machine and not a person', async () => {
    world.preflight = { kind: 'unavailable', detail: 'another user' }
    await world.tick()
    world.tells(EXHAUSTED)
    await world.ticks(10)
    // Once, not every second.
    expect(world.events('request_ended')).toMatchObject([{ reason: 'preflight_unavailable' }])
    expect(world.signals).toEqual([])
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('outcome')[0]?.detail).toContain('preflight_unavailable')
  })
})

test('WD12 a recorded override passes cooldown and guard', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.operator(recorded('two'))
  world.raise({ ...OVERRIDE, request_id: 'two' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
  expect(world.stateFile?.last_restart).toMatchObject({ decision: 'manual_override' })
})

test('WD13 a pause stops the machine', async () => {
  world.operator({ type: 'paused', actor: ACTOR, reason: 'migration', until: null })
  await world.tick()
  world.isIll()
  await world.ticks(5)
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'maintenance_paused' } }])
  world.operator({ type: 'resumed', actor: ACTOR, reason: 'done' })
  await world.tick()
  expect(world.signals).toHaveLength(1)
})

test('WD13 a pause during the preflight keeps the machine from the restart that it was about to begin', async () => {
  await world.tick()
  world.tells(EXHAUSTED)
  const preflight = world.preflight
  Object.defineProperty(world, 'preflight', {
    get: () => {
      world.operator({ type: 'paused', actor: ACTOR, reason: 'migration', until: null })
      return preflight
    },
  })
  await world.ticks(3)
  expect(world.signals).toEqual([])
  expect(world.events('request_refused')).toMatchObject([{ decision: { reason: 'maintenance_paused' } }])
})
