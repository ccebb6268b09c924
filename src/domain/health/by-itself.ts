/** What the machine does next without anybody, and when (SPEC's second question). */
import type { PolicyStateBlock, RestartChurn, ToldHealth } from '../schemas/health.ts'

export function byItselfText(
  health: ToldHealth,
  { watchdogRunning }: { watchdogRunning: boolean | null },
): string {
  if (watchdogRunning === false) return 'Nothing: the watchdog is not running.'
  if (watchdogRunning === null) return 'Not known: the state of the watchdog has not been read yet.'
  const { policy_state: policy, restart_churn: churn } = health.resilience
  if (policy === null) return 'Not known: this backend tells nothing of its restart policy.'
  const left = Math.max(0, policy.retry_budget - policy.attempts_in_window)
  switch (policy.state) {
    case 'restarting':
      return 'A restart is under way; it is being verified.'
    case 'paused':
      return 'Nothing: an operator paused automatic restarts.'
    case 'guarded':
      return guardedText(policy, churn)
    case 'circuit_gated':
      return `Nothing while ${gateText(health)}: a restart cannot mend a dead dependency.`
    case 'cooldown':
      return `Nothing for ${policy.cooldown_remaining_seconds} s (cooling down). ${budgetText(left, policy.retry_budget)}`
    case 'allowed':
      if (health.status === 'healthy') return 'The watchdog looks every second and has nothing to do.'
      return mayTrigger(health)
        ? `The watchdog reloads the workers if this lasts. ${budgetText(left, policy.retry_budget)}`
        : 'Nothing: this is no reason for a restart.'
  }
}

/** A latch ends by a person only; a spent budget comes back with time (WD4). */
function guardedText(policy: PolicyStateBlock, churn: RestartChurn | null): string {
  const span = minutes(policy.window_seconds)
  if (churn?.exceeded === true)
    return `Nothing: ${churn.count} restarts in ${span} latched the guard. It needs a person.`
  const { attempts_in_window: attempts, retry_budget: budget } = policy
  return attempts >= budget
    ? `Nothing: ${attempts} of ${budget} attempts in ${span} are used. The next waits until the oldest is out of that time, or for a person.`
    : 'Nothing: the guard is latched. It needs a person.'
}

function gateText({ circuit_breaker: breaker }: ToldHealth): string {
  return breaker === null || breaker.state === 'CLOSED'
    ? 'the database cannot be reached'
    : 'the breaker is not closed'
}

/** Conditions that start a restart when they last (WD6); nothing else does. */
function mayTrigger({
  status,
  degraded_reason: reason,
  database_pool: pool,
  resilience,
}: ToldHealth): boolean {
  if (status === 'unhealthy' || reason === 'workers_missing' || reason === 'memory_high') return true
  return pool !== null && pool.state.saturation >= (resilience.thresholds?.pool_critical ?? FULL)
}

/** What counts as critical where a backend does not say: no pool can be fuller. */
const FULL = 1

function budgetText(left: number, budget: number): string {
  if (left === 1) return `One attempt of ${budget} is left; then it needs a person.`
  return `${left} of ${budget} attempts are left.`
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
