/** One look at the target: reads only, each bounded in time; a look that fails is a sighting too. */
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { DurationMs } from '#domain/time.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster, type Sighted } from './sight-master.ts'
import { verified } from './verify-master.ts'
import type { World } from './world.ts'

export interface Seen {
  /** Whoever the pid file names. */
  readonly found: Sighted
  /** Where that is the target's. */
  readonly master: MasterSighting | null
  /** Why there is no master to see; '' where there is one. */
  readonly missing: string
  /** null where the last probe is young enough: it was counted already. */
  readonly fresh: SeenOutcome | null
}

/** `isAsked`: somebody waits for an answer. */
export async function observe(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  { isAsked }: { isAsked: boolean },
): Promise<Seen> {
  const found = await sightMaster(world)
  const { master, missing } = oursIn(found, rules)
  const now = world.clock.monotonicNow()
  if (!isProbeDue(memory, rules, now, isAsked)) return { found, master, missing, fresh: null }
  memory.probedAt = now
  const fresh = await world.probe()
  memory.outcome = fresh
  return { found, master, missing, fresh }
}

/**
 * A probe of a target in trouble takes as long as its limit, and whoever asks for a restart then does not wait
 * for it. But only once: a flood of flags must not keep the watchdog from looking.
 */
function isProbeDue(
  { probedAt }: Memory,
  { probeIntervalMs }: WatchdogRules,
  now: DurationMs,
  isAsked: boolean,
): boolean {
  if (probedAt === null) return true
  return now - probedAt >= (isAsked ? 2 * probeIntervalMs : probeIntervalMs)
}

/** Somebody else's process in the pid file is no master: its workers are not ours to count. */
function oursIn(found: Sighted, rules: WatchdogRules): Pick<Seen, 'master' | 'missing'> {
  const { master, missing, pid } = found
  if (master === null) return { master, missing }
  const verdict = verified(rules, found, null)
  return verdict.verified || verdict.reason !== 'pid_identity_mismatch'
    ? { master, missing }
    : { master: null, missing: `process ${pid} in the pid file is not the target's master` }
}

export function isWell(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 500 && outcome.health?.status !== 'unhealthy'
}
