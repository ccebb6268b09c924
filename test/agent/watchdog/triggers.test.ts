/** What makes the machine wish for a restart, and what shows whether one helped (WD6, WD14), against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { EXHAUSTED } from './asks.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test('WD6 a flapping probe never triggers; three bad ones in a row do', async () => {
  await world.tick()
  for (let look = 0; look < 6; look++) {
    world.isIll()
    await world.ticks(2)
    world.health = null
    await world.tick()
  }
  expect(world.signals).toEqual([])
  world.tells(EXHAUSTED)
  await world.ticks(3)
  expect(world.signals).toEqual(['SIGHUP'])
  expect(world.events('intent')[0]?.ask).toMatchObject({ source: 'auto', rung: 'reload' })
})

test('WD6 a probe made in the grace after a start does not count, however late its answer is taken note of', async () => {
  world.isIll()
  await world.start()
  await world.ticks(28)
  world.meanwhile.asks = () => true
  await world.tick()
  world.meanwhile.asks = () => false
  await world.ticks(3)
  expect(world.signals).toEqual([])
  await world.tick()
  expect(world.signals).toEqual(['SIGHUP'])
})

test('WD6 a dead master is reported and never signalled', async () => {
  await world.tick()
  world.master = null
  world.isIll()
  await world.ticks(6)
  expect(world.signals).toEqual([])
  expect(world.events('target_changed')).toMatchObject([{ to: 'master_missing' }])
  world.raise({ request_id: 'one' })
  await world.tick()
  expect(world.events('request_ended')).toMatchObject([{ reason: 'pid_identity_mismatch' }])
})

describe('WD6 what is urgent', () => {
  test('is a master that has ended: told at the very next look, in journal and status', async () => {
    await world.ticks(3)
    world.master = null
    await world.tick()
    expect(world.events('target_changed')).toMatchObject([{ from: 'serving', to: 'master_missing' }])
    expect(world.shown).toMatchObject({ target: 'master_missing' })
    await world.ticks(3)
    expect(world.events('target_changed')).toHaveLength(1)
  })

  test('is not a pid file that is away for a moment, as at each reload', async () => {
    await world.ticks(3)
    world.pidFileIsAway = true
    await world.ticks(2)
    world.pidFileIsAway = false
    await world.ticks(3)
    expect(world.events('target_changed')).toEqual([])
    expect(world.events('external_restart')).toEqual([])
    // Only where it stays away it is said, since then nobody can be signalled.
    world.pidFileIsAway = true
    await world.ticks(3)
    expect(world.events('target_changed')).toMatchObject([{ detail: 'there is no pid file' }])
  })

  test('does not wait for a probe that hangs', async () => {
    await world.ticks(3)
    world.meanwhile.asks = () => {
      world.master = null
      return true
    }
    await world.tick()
    await world.tick(0)
    expect(world.events('target_changed')).toMatchObject([{ to: 'master_missing' }])
  })
})

test.each<[string, string, number, string]>([
  ['garbage', '{', 33, 'flag_rejected'],
  ['a wrong type', '{"source":7}', 33, 'flag_rejected'],
  ['an empty file', '', 33, 'intent'],
])('WD7 %s as a flag', async (_, content, ownerUid, type) => {
  world.raise(content, { ownerUid })
  await world.tick()
  expect(world.rows.map(({ event }) => event.type)).toContain(type)
  expect(world.claims.size).toBe(0)
})

test('WD6 a worker above its memory limit, three looks in a row, is replaced with the others', async () => {
  world.rules = { ...RULES, triggers: { ...RULES.triggers, workerRssBytesLimit: 1 } }
  await world.ticks(3)
  expect(world.events('intent')[0]?.ask.actor.name).toBe('watchdog:memory_high')
})

test('WD6 looks during the start grace do not count', async () => {
  world.isIll()
  await world.ticks(29)
  expect(world.signals).toEqual([])
  await world.ticks(4)
  expect(world.signals).toEqual(['SIGHUP'])
})

test('WD14 a restart after which the pool is full again did not help', async () => {
  await world.tick()
  world.tells(EXHAUSTED)
  await world.ticks(3)
  expect(world.events('outcome')).toMatchObject([{ success: true, helped: false, after: { saturation: 1 } }])
})

describe('WD14 requests that fail are a trouble of their own', () => {
  const ask = async () => {
    world.failing = 0.4
    await world.ticks(6)
    world.raise({ request_id: 'one' })
    await world.tick()
  }

  test('which a restart did not help when as many fail after it', async () => {
    await ask()
    expect(world.events('intent')).toMatchObject([
      { before: { healthy: true, error_ratio: expect.closeTo(0.4, 1) } },
    ])
    expect(world.events('outcome')).toMatchObject([
      { success: true, helped: false, after: { error_ratio: expect.closeTo(0.4, 1) } },
    ])
  })

  test('which it helped when they succeed after it', async () => {
    world.meanwhile.probe = () => {
      if (world.signals.length > 0) world.failing = 0
    }
    await ask()
    expect(world.events('outcome')).toMatchObject([
      { success: true, helped: true, after: { error_ratio: expect.closeTo(0, 1) } },
    ])
  })

  test('for which it waits a little longer where requests come seldom', async () => {
    world.requestEveryMs = 200
    await ask()
    expect(world.events('outcome')).toMatchObject([
      { helped: false, after: { error_ratio: expect.closeTo(0.4, 1) } },
    ])
  })

  test('and which neither cause a restart nor stand in the way of one', async () => {
    world.failing = 1
    await world.ticks(30)
    expect(world.signals).toEqual([])
    world.tells(EXHAUSTED)
    await world.ticks(3)
    expect(world.signals).toEqual(['SIGHUP'])
  })
})
