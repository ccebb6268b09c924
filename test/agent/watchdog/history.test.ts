/** Nothing is lost, doubled or forgotten (WD9, WD11, WD18): power failures, clocks that are set, histories of before; in a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { HoldfastProblem } from '#domain/problems.ts'
import { begin } from '#agent/watchdog/begin.ts'
import { ACTOR, recorded } from './asks.ts'
import { PowerFailure, RULES, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test('WD9 after a power failure at any step nothing is lost, doubled or under-counted', async () => {
  const whole = new SimulatedWorld()
  whole.raise({ request_id: 'one' })
  await whole.tick()
  expect(whole.calls).toBeGreaterThan(6)

  for (let step = 1; step <= whole.calls; step++) {
    const cut = new SimulatedWorld()
    cut.raise({ request_id: 'one' })
    await cut.start()
    cut.failsAt = Math.max(step, cut.calls + 1)
    await cut.tick().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
    await cut.start()
    await cut.ticks(3)
    const ends = [...cut.events('outcome'), ...cut.events('request_ended'), ...cut.events('request_refused')]
    expect(ends, `cut at ${step}`).toHaveLength(1)
    expect(cut.signals.length, `cut at ${step}`).toBeLessThanOrEqual(1)
    expect(cut.events('intent').length, `cut at ${step}`).toBeGreaterThanOrEqual(cut.signals.length)
    expect(cut.claims.size, `cut at ${step}`).toBe(0)
    expect(cut.events('external_restart'), `cut at ${step}`).toEqual([])
    const { cooldown_remaining_ms: cooling = 0 } = cut.events('request_refused')[0]?.decision ?? {}
    expect(cooling).toBeLessThanOrEqual(RULES.policy.cooldownMs)
  }
})

test('WD9 a recorded request whose flag never came ends in time, though the clock was set back', async () => {
  world.operator(recorded('never'))
  await world.tick()
  world.clock.setWallBy(-86_400_000)
  world.clock.pass(121_000)
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ request_id: 'never', reason: 'request_expired' }])
})

test('WD9 a claim outlives a failure of the journal, also in a process that lives on', async () => {
  await world.tick()
  world.raise({ request_id: 'one' })
  const broken = new HoldfastProblem('state_unreadable', 'busy')
  world.meanwhile.read = () => {
    if (world.claims.size > 0) throw broken
  }
  await expect(world.tick()).rejects.toThrow(broken)
  world.meanwhile = {}
  // As the process does it: everything of it is opened and read anew.
  await world.start()
  await world.tick()
  expect(world.events('outcome')).toHaveLength(1)
  expect(world.claims.size).toBe(0)
})

test.each([
  ['the last look before the signal', 2, { signalled: false, reason: 'signal_failed' }],
  ['the look after the restart', 4, { signalled: true, success: true }],
])('WD9 %s fails, and the attempt has its outcome all the same', async (_, failing, outcome) => {
  await world.tick()
  world.raise({ request_id: 'one' })
  let sights = 0
  world.meanwhile.sight = () => {
    if ((sights += 1) === failing) throw new Error('EMFILE')
  }
  await world.tick()
  expect(world.events('outcome')).toMatchObject([outcome])
  world.clock.pass(61_000)
  world.raise({ request_id: 'two' })
  await world.tick()
  expect(world.events('outcome')).toHaveLength(2)
})

test('WD11 setting the wall clock neither ends nor prolongs a cooldown', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.clock.setWallBy(86_400_000)
  world.raise({ request_id: 'two' })
  await world.tick()
  expect(world.signals).toHaveLength(1)
  world.clock.setWallBy(-2 * 86_400_000)
  world.clock.pass(61_000)
  world.raise({ request_id: 'three' })
  await world.tick()
  expect(world.signals).toHaveLength(2)
})

test('WD18 the history of an existing deployment counts on', async () => {
  const at = new Date(world.clock.wallNow() - 10_000).toISOString()
  world.existing = JSON.stringify({ history: [{ requested_at: at, success: true, decision: 'executed' }] })
  await world.start()
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_refused')).toMatchObject([
    { decision: { reason: 'cooldown_override_required', attempts_in_window: 1 } },
  ])
  expect(world.stateFile?.history).toHaveLength(2)
})

test('WD18 restarts beyond the limit leave the state file with their window, though nothing new is recorded', async () => {
  world.rules = { ...RULES, historyLimit: 1 }
  await world.ticks(2)
  for (let number = 0; number < 3; number++) {
    world.reload()
    await world.ticks(8)
  }
  expect(world.stateFile?.history).toHaveLength(3)
  const rows = world.rows.length
  await world.ticks(RULES.policy.windowMs / RULES.probeIntervalMs + 60)
  expect(world.stateFile?.history).toHaveLength(1)
  expect(world.rows).toHaveLength(rows)
})

test('WD11 an existing state file that cannot be read is guarded, and kept aside', async () => {
  world.existing = '{ "history": ['
  await world.start()
  world.isIll()
  await world.ticks(40)
  expect(world.events('guard_latched')).toMatchObject([{ reason: 'state_unreadable' }])
  expect(world.signals).toEqual([])
  expect(world.existing).toBeNull()
})

describe('WD11 a history that a person began in place of one that could not be read', () => {
  const lost = (place: SimulatedWorld) => {
    place.leave({ request_id: 'claimed' })
    place.operator(recorded('long ago'))
    place.clock.pass(5000)
    place.operator({ type: 'guard_released', actor: ACTOR, reason: 'disk replaced' })
    place.clock.pass(1000)
  }

  test('a claim from before is answered and not carried out; so is what was recorded before', async () => {
    lost(world)
    await world.ticks(3)
    expect(world.events('request_ended')).toMatchObject([
      { request_id: 'claimed', reason: 'state_unreadable' },
      { request_id: 'long ago', reason: 'state_unreadable' },
    ])
    expect(world.claims.size).toBe(0)
    expect(world.signals).toEqual([])
    // What is asked from now on is carried out.
    world.raise({ request_id: 'claimed now' })
    await world.tick()
    expect(world.signals).toEqual(['SIGHUP'])
  })

  test('a power failure at any step does not carry it out either', async () => {
    const whole = new SimulatedWorld()
    lost(whole)
    await whole.ticks(3)
    for (let step = 1; step <= whole.calls; step++) {
      const cut = new SimulatedWorld()
      lost(cut)
      cut.failsAt = step
      const act = async () => {
        cut.memory = await begin(cut.world(), cut.rules)
        await cut.ticks(3)
      }
      await act().catch((error: unknown) => expect(error).toBeInstanceOf(PowerFailure))
      await cut.start()
      await cut.ticks(3)
      expect(cut.events('request_ended'), `cut at ${step}`).toHaveLength(2)
      expect(cut.signals, `cut at ${step}`).toEqual([])
    }
  })
})
