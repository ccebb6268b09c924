/** Churn latches the guard, durably: it stays latched when the restarts have left the window (WD4). */
import type { EventTime } from '../journal/events.ts'
import type { JournalState } from '../journal/fold.ts'
import { isGuardLatched, restartsFor } from '../journal/questions.ts'
import type { PolicyConfig } from './config.ts'
import { latchesGuard } from './decide.ts'
import { countRestarts } from './restarts.ts'

/** The churn for which the guard is to be latched now; null: it is latched already, or need not be. */
export function dueLatch(state: JournalState, policy: PolicyConfig, now: EventTime): number | null {
  if (!policy.guardedMode || isGuardLatched(state, policy, now)) return null
  const restarts = restartsFor(state, { now })
  if (restarts.length === 0) return null
  const newest = restarts.reduce((latest, { at }) => Math.max(latest, at), -Infinity)
  // A latch that a quiet window opens is not due any more after one.
  if (policy.guardRelease === 'window' && now.wall - newest > policy.windowMs) return null
  // As of the newest restart, not of now: the watchdog may have ended before it could write so, and been away for
  // a whole window. Which restarts a release covers is told by the order of the journal, not by its time.
  const counts = countRestarts({ config: policy, restarts, guardReleasedAt: null, now: newest })
  return latchesGuard(policy, counts) ? counts.churn : null
}
