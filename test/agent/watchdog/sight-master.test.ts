/** Before the signal: a brief look is enough only where nothing has moved since the whole one (WD8). */
import { expect, test } from 'vitest'
import { holdsStill, sightMaster } from '#agent/watchdog/sight-master.ts'
import type { World } from '#agent/watchdog/world.ts'
import { SimulatedWorld } from './simulated-world.ts'

const MOVES: readonly [what: string, move: (simulated: SimulatedWorld) => void][] = [
  ['the pid file is away', (simulated) => (simulated.pidFileIsAway = true)],
  ['the pid file was written anew', (simulated) => (simulated.pidFileWritten += 1)],
  ['the workers were replaced', (simulated) => simulated.reload()],
  ['the master has ended', (simulated) => (simulated.master = null)],
  ['the watchdog stood still', (simulated) => simulated.clock.pass(1_000)],
  ['the machine slept', (simulated) => simulated.clock.setWallBy(600_000)],
]

function place(): { simulated: SimulatedWorld; world: World } {
  const simulated = new SimulatedWorld()
  return { simulated, world: simulated.world() }
}

test('WD8 a master that was seen a moment ago holds still', async () => {
  const { simulated, world } = place()
  const found = await sightMaster(world)
  simulated.clock.pass(20)
  expect(await holdsStill(world, found)).toBe(true)
})

test.each(MOVES)('WD8 it does not where %s', async (_what, move) => {
  const { simulated, world } = place()
  const found = await sightMaster(world)
  move(simulated)
  expect(await holdsStill(world, found)).toBe(false)
})

test('WD8 a pid file whose writing cannot be told is looked at whole', async () => {
  const { world } = place()
  const found = await sightMaster(world)
  expect(await holdsStill(world, { ...found, stamp: '' })).toBe(false)
})
