/** One look at the target: reads only, each bounded in time; a look that fails is a sighting too. */
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import type { World } from './world.ts'

export interface Seen {
  readonly master: MasterSighting | null
  /** Why there is no master to see; '' where there is one. */
  readonly missing: string
  /** null where the last probe is young enough: it was counted already. */
  readonly fresh: SeenOutcome | null
}

export async function observe(world: World, rules: WatchdogRules, memory: Memory): Promise<Seen> {
  const { master, missing } = await sightMaster(world)
  const now = world.clock.monotonicNow()
  const isDue = memory.probedAt === null || now - memory.probedAt >= rules.probeIntervalMs
  if (!isDue) return { master, missing, fresh: null }
  memory.probedAt = now
  const fresh = await world.probe()
  memory.outcome = fresh
  return { master, missing, fresh }
}

export async function sightMaster({
  processes,
}: Pick<World, 'processes'>): Promise<{ master: MasterSighting | null; missing: string; pid: number }> {
  const file = await processes.readPidFile()
  if (file.kind === 'missing') return { master: null, missing: 'there is no pid file', pid: 0 }
  if (file.kind === 'unreadable') return { master: null, missing: file.detail, pid: 0 }
  const master = await processes.sight(file.pid)
  const missing = master === null ? `the pid file names process ${file.pid}, which has ended` : ''
  return { master, missing, pid: file.pid }
}

export function isWell(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 500 && outcome.health?.status !== 'unhealthy'
}
