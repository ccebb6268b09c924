/** Restarts by others and workers that die at boot (WD8b, WD15), as the tick records them, against a world in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { RULES, SimulatedWorld } from './simulated-world.ts'

let world: SimulatedWorld
beforeEach(() => {
  world = new SimulatedWorld()
})

test('WD15 restarts of others are recorded and count as churn', async () => {
  await world.ticks(2)
  for (let number = 0; number < 3; number++) {
    world.reload()
    await world.ticks(8)
  }
  expect(world.events('external_restart')).toHaveLength(3)
  expect(world.events('guard_latched')).toMatchObject([{ churn: 3 }])
  expect(world.stateFile?.history).toMatchObject(Array(3).fill({ decision: 'external' }))
})

test('WD15 a reload is counted once, also where its workers come later than the file', async () => {
  await world.ticks(3)
  world.pidFileWritten += 1
  await world.tick(100)
  world.replaceWorkers(10)
  await world.tick(100)
  world.replaceWorkers(10)
  await world.ticks(8)
  expect(world.events('external_restart')).toMatchObject([
    { detail: 'the workers of master 100 were reloaded' },
  ])
})

test.each<[string, () => void]>([
  ['workers that are recycled, all of them at once', () => world.replaceWorkers(4000)],
  ['a pid file that somebody touched', () => (world.pidFileWritten += 1)],
])('WD15 %s are no restart by somebody', async (_, happens) => {
  await world.ticks(3)
  for (let number = 0; number < 5; number++) {
    happens()
    await world.ticks(8)
  }
  expect(world.events('external_restart')).toEqual([])
})

test('WD15 our own restart is nobody else’s', async () => {
  await world.ticks(2)
  world.raise({ request_id: 'one' })
  await world.ticks(8)
  expect(world.events('external_restart')).toEqual([])
})

describe('WD8b workers that die at boot in a loop', () => {
  /** Looks as often as the changes wake it, at workers that are other ones each time. */
  const loop = async (looks: number) => {
    for (let number = 0; number < looks; number++) {
      world.replaceWorkers(60)
      await world.tick(100)
    }
  }

  test('latch the guard within two seconds, and before the machine would restart', async () => {
    await world.ticks(4)
    world.isIll('timeout')
    await loop(19)
    expect(world.events('guard_latched')).toMatchObject([{ reason: 'worker_boot_loop' }])
    expect(world.events('external_restart').length).toBeLessThanOrEqual(1)
    await loop(50)
    expect(world.events('guard_latched')).toHaveLength(1)
    expect(world.signals).toEqual([])
  })

  test('are known too of a master that the pid file does not name any more', async () => {
    await world.ticks(4)
    world.isIll('timeout')
    world.pidFileIsAway = true
    await loop(30)
    expect(world.events('guard_latched')).toMatchObject([{ reason: 'worker_boot_loop' }])
    world.pidFileIsAway = false
    await loop(50)
    expect(world.signals).toEqual([])
  })

  test('are none where the target answers, since then they serve', async () => {
    await world.ticks(4)
    await loop(50)
    expect(world.events('guard_latched')).toEqual([])
  })

  test('end a restart of our own at once', async () => {
    world.onHup = 'nothing'
    world.isIll('timeout')
    world.meanwhile.sleep = () => world.replaceWorkers(60)
    world.raise({ request_id: 'one' })
    const startedAt = world.clock.monotonicNow()
    await world.tick()
    expect(world.events('outcome')).toMatchObject([{ signalled: true, success: false }])
    expect(world.events('outcome')[0]?.reason).toBe('worker_boot_loop')
    expect(world.clock.monotonicNow() - startedAt).toBeLessThan(4_000)
  })

  test('latch the guard anew where a quiet window opens it while the target is probed', async () => {
    world.rules = { ...RULES, policy: { ...RULES.policy, guardRelease: 'window' } }
    await world.ticks(40)
    world.isIll('timeout')
    await loop(40)
    const [latched] = world.rows.filter(({ event }) => event.type === 'guard_latched')
    const opensAt = (latched?.time.monotonic ?? 0) + RULES.policy.windowMs
    world.clock.pass(opensAt - world.clock.monotonicNow() - 300)
    world.meanwhile.probe = () => world.clock.pass(500)
    await loop(1)
    expect(world.events('guard_latched')).toHaveLength(2)
    expect(world.signals).toEqual([])
  })

  test('that were seen after a restart of our own latch the guard at the very next look', async () => {
    world.onHup = 'nothing'
    world.isIll('timeout')
    world.meanwhile.sleep = () => world.replaceWorkers(60)
    world.raise({ request_id: 'one' })
    await world.tick()
    expect(world.events('guard_latched')).toEqual([])
    await loop(1)
    expect(world.events('guard_latched')).toMatchObject([{ reason: 'worker_boot_loop' }])
  })
})
