/** One look at the target: reads only, each bounded in time; a look that fails is a sighting too. */
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { MasterIdentity } from '#domain/journal/events.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { sightMaster, type Sighted } from './sight-master.ts'
import { verified } from './verify-master.ts'
import type { World } from './world.ts'

/** What pid file and process table tell. */
export interface Sight {
  /** Whoever the pid file names. */
  readonly found: Sighted
  /** Where that is the target's. */
  readonly master: MasterSighting | null
  /** Why there is no master to see; '' where there is one. */
  readonly missing: string
  /** The master that was known, where it lives on although the pid file does not name it. */
  readonly unnamed: MasterSighting | null
  /** The master that was known is proved to have ended, and none has come after it. */
  readonly hasEnded: boolean
}

export async function sightTarget(world: World, rules: WatchdogRules, { crew }: Memory): Promise<Sight> {
  const found = await sightMaster(world)
  const ours = oursIn(found, rules)
  if (ours.master !== null || crew.master === null) return { found, ...ours, unnamed: null, hasEnded: false }
  const unnamed = await sightKnown(world, crew.master)
  return { found, ...ours, unnamed, hasEnded: unnamed === null }
}

/** The process itself tells: the pid file is away for a moment at each reload, and anybody may remove it. */
async function sightKnown({ processes }: World, known: MasterIdentity): Promise<MasterSighting | null> {
  const now = await processes.sight(known.pid)
  return now !== null && isSame(now.identity, known) ? now : null
}

/**
 * A probe of a target in trouble takes as long as its limit, and nobody who asks for a restart then waits for it:
 * neither who has asked (`isAsked`), nor who asks meanwhile; nor does the news of a dead master. It goes on, and its
 * answer is taken note of at a later look. null: there is none, or it was taken note of already.
 */
export async function probeIfDue(
  world: World,
  { probeIntervalMs }: WatchdogRules,
  memory: Memory,
  { isAsked }: { isAsked: boolean },
): Promise<SeenOutcome | null> {
  const now = world.clock.monotonicNow()
  const isDue = memory.probedAt === null || now - memory.probedAt >= probeIntervalMs
  if (memory.probe === null) {
    if (!isDue) return null
    memory.probedAt = now
    memory.probe = begun(world.probe())
  }
  const answer = await answerOf(world, memory, memory.probe, isAsked)
  if (answer === null) return null
  memory.probe = null
  memory.outcome = answer
  return answer
}

type Probe = NonNullable<Memory['probe']>

function begun(ended: Promise<SeenOutcome>): Probe {
  const probe: Probe = { ended, answer: null }
  void ended.then((answer) => (probe.answer = answer))
  return probe
}

async function answerOf(
  world: World,
  { outcome }: Memory,
  { ended, answer }: Probe,
  isAsked: boolean,
): Promise<SeenOutcome | null> {
  // Before the first answer nothing is known of the target that a decision could be made from.
  if (outcome.kind === 'never') return ended
  return isAsked ? answer : world.orAsked(ended)
}

/** Somebody else's process in the pid file is no master: its workers are not ours to count. */
function oursIn(found: Sighted, rules: WatchdogRules): Pick<Sight, 'master' | 'missing'> {
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
