/** The first rung, where watchdog or machine stood still between the last look and the signal. */
import { expect, test } from 'vitest'
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { MasterSignal } from '#agent/ports/target-processes.ts'
import { Boots } from '#agent/watchdog/boots.ts'
import { momentOf } from '#agent/watchdog/moment.ts'
import { reload } from '#agent/watchdog/reload.ts'
import { RULES, SimulatedWorld } from './simulated-world.ts'

test.each([
  ['the watchdog stood still', (world: SimulatedWorld) => world.clock.pass(600_000)],
  ['the machine slept', (world: SimulatedWorld) => world.clock.setWallBy(600_000)],
])(
  'WD10 while %s somebody reloaded: those workers prove nothing of a signal that came after them',
  async (_title, stop) => {
    const simulated = new SimulatedWorld()
    const world = simulated.world()
    const { master } = simulated
    if (master === null) throw new Error('there is a master')
    simulated.onHup = 'nothing'
    const processes = {
      ...world.processes,
      signal: (identity: MasterIdentity, signal: MasterSignal) => {
        simulated.reload()
        stop(simulated)
        return world.processes.signal(identity, signal)
      },
    }
    const context = {
      world: { ...world, processes },
      rules: RULES,
      beat: async () => undefined,
      boots: new Boots(RULES),
      workers: master.workers,
    }
    expect(await reload(context, { verified: true, master, seenAt: momentOf(world) })).toMatchObject({
      signalled: true,
      success: false,
      reason: 'restart_timeout',
    })
  },
)
