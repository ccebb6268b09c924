/** What becomes of a flag from its writing to its end (WD7), against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { ACTOR, OVERRIDE, recorded } from './asks.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test('WD7 an override that nobody authenticated is a plain request with a warning', async () => {
  world.raise({ request_id: 'one' })
  await world.tick()
  world.raise({ ...OVERRIDE, request_id: 'two', user: 'admin' })
  await world.tick()
  expect(world.events('request_claimed')[1]).toMatchObject({
    warnings: ['override_not_authenticated'],
    ask: { actor: { name: 'flag:uid=33' }, override: null },
  })
  expect(world.signals).toHaveLength(1)
})

test('WD7 an override that is recorded a moment before its flag is claimed is authenticated', async () => {
  await world.tick()
  world.meanwhile.claim = () => {
    world.meanwhile = {}
    world.operator(recorded('one'))
    world.raise({ ...OVERRIDE, request_id: 'one' })
  }
  await world.tick()
  expect(world.events('request_claimed')).toMatchObject([{ warnings: [], ask: { actor: ACTOR } }])
  expect(world.events('intent')).toMatchObject([{ decision: { decision: 'manual_override' } }])
})

describe('WD7 whoever asks does not wait for a probe', () => {
  const SLOW_MS = 800
  let probes = 0
  beforeEach(async () => {
    await world.tick()
    probes = 0
    world.meanwhile.probe = () => {
      probes += 1
    }
  })

  test('that is under way when the flag comes; its answer is taken note of later', async () => {
    world.isIll()
    world.meanwhile.asks = () => {
      world.raise({ request_id: 'one' })
      return true
    }
    await world.tick()
    expect(world.memory?.triggers.counts.target_failing).toBe(0)
    world.meanwhile.asks = () => false
    await world.tick()
    expect(world.events('intent')).toHaveLength(1)
    expect(probes).toBeGreaterThan(0)
  })

  test('that is due when the flag is there', async () => {
    world.meanwhile.asks = () => {
      world.clock.pass(SLOW_MS)
      return false
    }
    world.raise({ request_id: 'one' })
    const before = world.clock.monotonicNow()
    await world.tick()
    const intent = world.rows.find(({ event }) => event.type === 'intent')
    expect(intent?.time.monotonic).toBe(before + RULES.probeIntervalMs)
  })

  test('and a flood of flags does not keep the watchdog from looking', async () => {
    for (let number = 0; number < 20; number++) {
      world.raise({ request_id: `flood ${number}` })
      await world.tick()
    }
    expect(probes).toBeGreaterThanOrEqual(10)
    world.isIll()
    for (let number = 0; number < 8; number++) {
      world.raise({ request_id: `more ${number}` })
      await world.tick()
    }
    expect(world.memory?.fired).toEqual(['target_failing'])
  })

  test('and what was begun before a restart says nothing of what came after it', async () => {
    world.isIll()
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.memory?.probe).toBeNull()
  })
})

test('WD7 an old flag expires, and a recorded request without a flag ends too', async () => {
  world.operator(recorded('never'))
  world.raise({ request_id: 'late' }, { ageMs: 121_000 })
  await world.tick()
  world.clock.pass(121_000)
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([
    { request_id: 'late', reason: 'request_expired' },
    { request_id: 'never', reason: 'request_expired' },
  ])
  expect(world.signals).toEqual([])
})

describe('WD7 a flag that was replaced before it was seen', () => {
  test('ends the recorded request as replaced, long before it would expire', async () => {
    world.operator(recorded('mine'))
    world.raise({ ...OVERRIDE, request_id: 'mine' })
    world.raise({ user: 'somebody' })
    await world.ticks(7)
    expect(world.events('flags_unseen')).toEqual([{ type: 'flags_unseen', count: 1 }])
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_replaced' }])
    expect(world.events('intent')).toMatchObject([{ ask: { actor: { name: 'flag:uid=33' } } }])
  })

  test('also by one that was no flag at all', async () => {
    world.operator(recorded('mine'))
    world.raise('{')
    await world.ticks(7)
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_replaced' }])
  })

  test('is not, where its own flag comes a moment after the other', async () => {
    world.operator(recorded('mine'))
    world.raise({ user: 'somebody' })
    await world.ticks(3)
    world.raise({ ...OVERRIDE, request_id: 'mine' })
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
    expect(world.events('outcome')).toHaveLength(2)
  })

  test('is not, where the other stood before the request was recorded: that one was left alone', async () => {
    world.raise({ user: 'somebody' }, { ageMs: 10_000 })
    world.operator(recorded('mine'))
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
  })

  test('is not, where only Holdfast’s own writers came after it: they leave a flag alone', async () => {
    world.operator(recorded('mine'))
    world.operator(recorded('other'))
    world.raise({ ...OVERRIDE, request_id: 'other' })
    await world.ticks(7)
    expect(world.events('request_ended')).toEqual([])
    world.clock.pass(121_000)
    await world.tick()
    expect(world.events('request_ended')).toMatchObject([{ request_id: 'mine', reason: 'request_expired' }])
  })
})
