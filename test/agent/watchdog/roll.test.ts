/** The second rung, where the watchdog itself was stopped for a while. */
import { expect, test } from 'vitest'
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { MasterSignal } from '#agent/ports/target-processes.ts'
import { Boots } from '#agent/watchdog/boots.ts'
import { momentOf } from '#agent/watchdog/moment.ts'
import { roll } from '#agent/watchdog/roll.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

const STOPPED_MS = 600_000

test('WD16 no worker is sent away before another is there, though the watchdog was stopped right before it asked', async () => {
  const simulated = new SimulatedWorld()
  const world = simulated.world()
  const { master } = simulated
  if (master === null) throw new Error('there is a master')
  const crews: number[] = []
  let workers = master.workers
  let asked = 0
  const processes = {
    ...world.processes,
    // The new worker shows at the second look after it was asked for.
    sight: async () => {
      if (asked > 0 && (asked += 1) === 3) workers = [...workers, { ...newest(), pid: newest().pid + 1 }]
      return { ...master, workers }
    },
    signal: async (_: unknown, signal: MasterSignal) => {
      if (signal === 'SIGTTIN') {
        asked = 1
        if (crews.length === 0) simulated.clock.pass(STOPPED_MS)
      } else {
        asked = 0
        workers = workers.slice(1)
        crews.push(workers.length)
      }
      return 'sent' as const
    },
  }
  const newest = () => workers.at(-1) ?? { pid: 0, startTicks: 0, ageMs: 0, rssBytes: 0 }
  const context = {
    world: { ...world, processes },
    rules: RULES,
    beat: async () => undefined,
    boots: new Boots(RULES),
    workers: master.workers,
  }
  expect(await roll(context, { verified: true, master, seenAt: momentOf(world) })).toMatchObject({
    success: true,
    reason: 'workers_rolled',
  })
  expect(crews).toEqual([2, 2])
})

test('WD16 a worker that ended after the decision is one that was there: none is sent away before another has come', async () => {
  const simulated = new SimulatedWorld()
  const world = simulated.world()
  const { master } = simulated
  if (master === null) throw new Error('there is a master')
  const [oldest, ...left] = master.workers
  simulated.master = { ...master, workers: left }
  let seen = 0
  const crews: number[] = []
  const processes = {
    ...world.processes,
    signal: async (identity: MasterIdentity, signal: MasterSignal) => {
      if (signal === 'SIGTTOU') crews.push(seen)
      return world.processes.signal(identity, signal)
    },
    sight: async (pid: number) => {
      const sighted = await world.processes.sight(pid)
      seen = sighted?.workers.length ?? 0
      // By the next look gunicorn has started another in its place, beside the one that was asked for.
      if (sighted !== null && oldest !== undefined && seen === 2 && crews.length === 0) {
        simulated.master = { ...sighted, workers: [...sighted.workers, { ...oldest, pid: 999 }] }
      }
      return sighted
    },
  }
  const context = {
    world: { ...world, processes },
    rules: RULES,
    beat: async () => undefined,
    boots: new Boots(RULES),
    workers: master.workers,
  }
  const last = { verified: true, master: { ...master, workers: left }, seenAt: momentOf(world) } as const
  await roll(context, last)
  expect(crews[0]).toBe(3)
})
