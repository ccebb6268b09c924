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
  // Which restarts a release covers is told by the order of the journal, not by its time.
  const restarts = restartsFor(state, { now })
  const counts = countRestarts({ config: policy, restarts, guardReleasedAt: null, now: now.wall })
  if (!latchesGuard(policy, counts)) return
  const { windowMs: window_ms } = policy
  await record(world, memory, { type: 'guard_latched', churn: counts.churn, window_ms, reason: 'churn' })
}
