/** The rungs and their order (WD10, WD16), against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { RestartAsk, Rung } from '#domain/journal/events.ts'
import { ACTOR, EXHAUSTED, OVERRIDE } from './asks.ts'
import { PowerFailure, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test.each([
  ['nothing', 'old workers are still there'],
  ['ends_master', 'the master ended'],
  ['leaves_it_ill', 'does not answer healthy'],
] as const)('WD10 a reload that %s ends unsuccessful, in bounded time', async (onHup, detail) => {
  world.onHup = onHup
  world.raise({ request_id: 'one' })
  const startedAt = world.clock.monotonicNow()
  await world.tick()
  expect(world.events('outcome')).toMatchObject([
    { signalled: true, success: false, reason: 'restart_timeout' },
  ])
  expect(world.events('outcome')[0]?.detail).toContain(detail)
  expect(world.clock.monotonicNow() - startedAt).toBeLessThan(45_000)
})

test('WD10 WD16 what gunicorn told of its settings is what counts', async () => {
  const settings = { gracefulTimeoutMs: 70_000, preloads: true }
  if (world.master !== null) world.master = { ...world.master, settings }
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('outcome')[0]?.detail).toContain('the code is still the old one')
  world.clock.pass(61_000)
  world.onHup = 'nothing'
  world.raise({ request_id: 'two' })
  const startedAt = world.clock.monotonicNow()
  await world.tick()
  const tookMs = world.clock.monotonicNow() - startedAt
  expect(tookMs).toBeGreaterThan(80_000)
  expect(tookMs).toBeLessThan(85_000)
})

describe('WD16 the ladder', () => {
  const raiseRung = (request_id: string, rung: Rung, override: RestartAsk['override'] = null) => {
    const ask = { request_id, source: 'manual' as const, rung, override, claimed: null, actor: ACTOR }
    world.operator({ type: 'request_recorded', ask })
    world.raise(override === null ? { request_id } : { ...OVERRIDE, request_id })
  }

  test('rolling replaces one worker after the other, by the master alone, once a reload did not help', async () => {
    await world.tick()
    world.tells(EXHAUSTED)
    raiseRung('reload', 'reload')
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ success: true, helped: false }])
    world.clock.pass(61_000)
    world.signals.length = 0
    raiseRung('roll', 'roll')
    await world.tick()
    expect(world.signals).toEqual(['SIGTTIN', 'SIGTTOU', 'SIGTTIN', 'SIGTTOU'])
    expect(world.events('outcome')[1]).toMatchObject({ success: true, reason: 'workers_rolled' })
  })

  test('a rung that is not offered ends its request without any act', async () => {
    raiseRung('one', 'roll')
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([
      {
        request_id: 'one',
        reason: 'rung_not_offered',
        detail: 'the rolling replacement is not offered yet: the graceful reload was not tried in vain',
      },
    ])
    expect(world.events('intent')).toEqual([])
    expect(world.signals).toEqual([])
  })

  test('an acknowledged override passes the order of the rungs', async () => {
    raiseRung('one', 'roll', { acknowledged: true, reason: 'deploy', passes: [] })
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ success: true, reason: 'workers_rolled' }])
  })

  const overridden = { acknowledged: true, reason: 'deploy', passes: [] }

  test('the service rung is a new verified master, and nobody else’s restart', async () => {
    world.services = 'obeys'
    await world.ticks(2)
    raiseRung('one', 'service', overridden)
    await world.ticks(8)
    expect(world.serviceRestarts).toBe(1)
    expect(world.signals).toEqual([])
    expect(world.rows.map(({ event }) => event.type)).toEqual([
      'watchdog_started',
      'request_claimed',
      'intent',
      'outcome',
    ])
    expect(world.events('outcome')).toMatchObject([{ success: true, reason: 'service_restarted' }])
  })

  test.each([
    ['absent', 'rung_unavailable', 'systemd does not run here'],
    ['runs_another', 'pid_identity_mismatch', 'systemd takes process 7 for the service'],
  ] as const)(
    'a service manager that is %s: no act, and the reason is told',
    async (services, reason, why) => {
      world.services = services
      raiseRung('one', 'service', overridden)
      await world.tick()
      const [ended] = world.events('request_ended')
      expect(ended).toMatchObject({ reason })
      expect(ended?.detail).toContain(why)
      expect(world.events('intent')).toEqual([])
      expect(world.serviceRestarts).toBe(0)
    },
  )

  test('a refusal by systemd is no attempt, is shown, and stops nobody from asking again', async () => {
    world.services = 'denies'
    raiseRung('one', 'service', overridden)
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ signalled: false, reason: 'rung_unavailable' }])
    expect(world.shown.rungs?.[2]).toEqual({ rung: 'service', offered: false, because: 'access denied' })
    await world.ticks(70)
    expect(world.shown.rungs?.[2]?.because).toBe('access denied')
    world.services = 'obeys'
    raiseRung('two', 'service', overridden)
    await world.tick()
    expect(world.events('outcome')[1]).toMatchObject({ success: true })
    expect(world.shown.rungs?.[2]?.because).not.toBe('access denied')
  })

  test('a service that fails to start ends the attempt at once, and counts', async () => {
    world.services = 'fails'
    await world.tick()
    raiseRung('one', 'service', overridden)
    const startedAt = world.clock.monotonicNow()
    await world.tick()
    expect(world.events('outcome')).toMatchObject([
      { signalled: true, success: false, reason: 'restart_timeout' },
    ])
    expect(world.clock.monotonicNow() - startedAt).toBeLessThan(10_000)
  })

  test('the preflight stands before the service rung as before every other', async () => {
    world.services = 'obeys'
    world.preflight = { kind: 'failed', lastLines: 'ModuleNotFoundError' }
    raiseRung('one', 'service', overridden)
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([{ reason: 'preflight_failed' }])
    expect(world.serviceRestarts).toBe(0)
  })

  test('WD9 a power failure at any step of the service rung leaves one attempt and one end', async () => {
    const whole = new SimulatedWorld()
    const raise = (place: SimulatedWorld) => {
      place.services = 'obeys'
      const ask = { request_id: 'one', source: 'manual' as const, rung: 'service' as const, claimed: null }
      place.operator({ type: 'request_recorded', ask: { ...ask, override: overridden, actor: ACTOR } })
      place.raise({ ...OVERRIDE, request_id: 'one' })
    }
    raise(whole)
    await whole.tick()
    for (let step = 1; step <= whole.calls; step++) {
      const cut = new SimulatedWorld()
      raise(cut)
      await cut.start()
      cut.failsAt = Math.max(step, cut.calls + 1)
      await cut.tick().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
      await cut.start()
      await cut.ticks(3)
      const ends = [...cut.events('outcome'), ...cut.events('request_ended')]
      expect(ends, `cut at ${step}`).toHaveLength(1)
      expect(cut.serviceRestarts, `cut at ${step}`).toBeLessThanOrEqual(1)
      expect(cut.events('intent').length, `cut at ${step}`).toBeGreaterThanOrEqual(cut.serviceRestarts)
      expect(cut.events('external_restart'), `cut at ${step}`).toEqual([])
      const [outcome] = cut.events('outcome')
      if (outcome?.success === true) expect(outcome.reason, `cut at ${step}`).toBe('service_restarted')
      if (cut.serviceRestarts === 1) expect(outcome, `cut at ${step}`).toMatchObject({ success: true })
    }
  })

  test('the machine stays on the first rung, whatever did not help', async () => {
    await world.tick()
    world.tells(EXHAUSTED)
    await world.ticks(200)
    expect(world.events('intent').length).toBeGreaterThan(1)
    expect(new Set(world.signals)).toEqual(new Set(['SIGHUP']))
  })
})
