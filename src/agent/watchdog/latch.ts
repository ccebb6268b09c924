import { isGuardLatched, restartsFor } from '#domain/journal/fold.ts'
import { latchesGuard } from '#domain/policy/decide.ts'
import { countRestarts } from '#domain/policy/restarts.ts'
import { record, type Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

/** Churn latches the guard, durably: it stays latched when the restarts have left the window (WD4). */
export async function latchIfDue(world: World, { policy }: WatchdogRules, memory: Memory): Promise<void> {
  const now = timeNow(world)
  const { state } = memory.history
  if (isGuardLatched(state, policy, now)) return
  const restarts = restartsFor(state, { now })
  const [newest] = restarts.map(({ at }) => at).toSorted((one, other) => other - one)
  if (newest === undefined) return
  // A latch that a quiet window opens is not due any more after one.
  if (policy.guardRelease === 'window' && now.wall - newest > policy.windowMs) return
  // As of the newest restart, not of now: the watchdog may have ended before it could write so, and been away for
  // a whole window. Which restarts a release covers is told by the order of the journal, not by its time.
  const counts = countRestarts({ config: policy, restarts, guardReleasedAt: null, now: newest })
  if (!latchesGuard(policy, counts)) return
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn: counts.churn, window_ms, reason: 'churn' })
}
