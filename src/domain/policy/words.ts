/** The sentences behind the policy's codes: one table each, beside the code that gives them. */
import type { RecommendedAction, RecoveryRecommendation } from '../schemas/health.ts'

export const RECOMMENDED_STEPS: Readonly<Record<RecommendedAction, string>> = {
  none: 'Nothing to do.',
  observe_and_retry: 'Watch for a minute before you act.',
  check_database_connectivity: 'Check that the database runs and can be reached from this host.',
  continue_degraded_mode: 'Go on in degraded mode, and look for the cause.',
  wait_for_circuit_half_open: 'Wait for the breaker’s next try, and check the dependency meanwhile.',
  wait_for_restart_cooldown: 'Wait for the cooldown: the last restart was a moment ago.',
  consider_controlled_worker_restart: 'Consider a controlled restart of the workers.',
  throttle_and_investigate_queries: 'Find the slow queries and throttle what sends them.',
  release_guard_or_override:
    'Find out why restarts did not help; then release the guard, or override it once.',
}

/** Why that step, where the step alone would leave a question. */
const BECAUSE: Readonly<Record<string, string>> = {
  restart_in_progress: 'A restart is under way.',
  circuit_half_open: 'The breaker is trying the dependency again.',
  restart_not_helping: 'Two restarts in a row did not help, so another one is not advised.',
  not_probed_yet: 'The first probe has not come back.',
  pool_exhausted: 'It frees connections that are held for good; queries that are merely slow come back.',
  memory_high: 'It frees what the workers hold; a leak grows again.',
}

export function stepText(
  { action, reason }: RecoveryRecommendation,
  { watchdogRunning }: { watchdogRunning: boolean | null },
): string {
  const because = Object.hasOwn(BECAUSE, reason) ? BECAUSE[reason] : undefined
  const byHand = action === 'consider_controlled_worker_restart' && watchdogRunning === false
  return [RECOMMENDED_STEPS[action], because, byHand ? BY_HAND : undefined]
    .filter((part) => part !== undefined)
    .join(' ')
}

const BY_HAND = 'The watchdog is not running, so it is done by hand: see the runbook.'
