/** One look at the target: reads only, each bounded in time; a look that fails is a sighting too. */
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { MasterIdentity } from '#domain/journal/events.ts'
import { isSame, verifyMaster } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster } from './sight-master.ts'
import type { World } from './world.ts'

/** What the process table tells. */
export interface Sight {
  readonly master: MasterSighting | null
  /** Why there is no master to see; '' where there is one. */
  readonly missing: string
  /** Of the pid file: another one at each reload. */
  readonly stamp: string
  /** The master that was known is proved to have ended, and none has come after it. */
  readonly hasEnded: boolean
}

/** Somebody else's process in the pid file is no master: its workers are not ours to count. */
export async function sightTarget(world: World, rules: WatchdogRules, memory: Memory): Promise<Sight> {
  const { master, missing, pid, stamp } = await sightMaster(world)
  if (master === null) return noMaster(world, memory, missing)
  const verdict = verifyMaster({ ...rules.master, pid, meant: null }, master)
  return verdict.verified || verdict.reason !== 'pid_identity_mismatch'
    ? { master, missing, stamp, hasEnded: false }
    : noMaster(world, memory, `process ${pid} in the pid file is not the target's master`)
}

async function noMaster(world: World, { crew }: Memory, missing: string): Promise<Sight> {
  const isKnownToEnd = crew.master !== null && (await hasEnded(world, crew.master))
  return { master: null, missing, stamp: '', hasEnded: isKnownToEnd }
}

/** Told by the process itself: the pid file is away for a moment at each reload, and anybody may remove it. */
async function hasEnded({ processes }: World, known: MasterIdentity): Promise<boolean> {
  const now = await processes.sight(known.pid)
  return now === null || !isSame(now.identity, known)
}

/** null where the last probe is young enough, or where something has happened before this one was answered. */
export async function probeIfDue(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
): Promise<SeenOutcome | null> {
  const now = world.clock.monotonicNow()
  if (memory.probing === null) {
    if (memory.probedAt !== null && now - memory.probedAt < rules.probeIntervalMs) return null
    memory.probedAt = now
    memory.probing = world.probe()
  }
  // A target that takes its time must not hold up what is more urgent: its answer is taken at a later look.
  const outcome = await Promise.race([memory.probing, world.woken()])
  if (outcome === undefined) return null
  memory.probing = null
  memory.outcome = outcome
  return outcome
}

export function isWell(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 500 && outcome.health?.status !== 'unhealthy'
}
