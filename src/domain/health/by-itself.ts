/** What the machine does next without anybody, and when (SPEC's second question). */
import type { Health, PolicyStateBlock, RestartChurn } from '../schemas/health.ts'

export function byItselfText(
  health: Health,
  { watchdogRunning }: { watchdogRunning: boolean | null },
): string {
  if (watchdogRunning === false) return 'Nothing: the watchdog is not running.'
  if (watchdogRunning === null) return 'Not known: the state of the watchdog has not been read yet.'
  const { policy_state: policy, restart_churn: churn } = health.resilience
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
      return health.status === 'healthy'
        ? 'The watchdog looks every second and has nothing to do.'
        : `The watchdog reloads the workers if this lasts. ${budgetText(left, policy.retry_budget)}`
  }
}

/** A latch ends by a person only; a spent budget comes back with time (WD4). */
function guardedText(policy: PolicyStateBlock, churn: RestartChurn): string {
  const span = minutes(policy.window_seconds)
  if (churn.exceeded)
    return `Nothing: ${churn.count} restarts in ${span} latched the guard. It needs a person.`
  const { attempts_in_window: attempts, retry_budget: budget } = policy
  return attempts >= budget
    ? `Nothing: ${attempts} of ${budget} attempts in ${span} are used. The next waits until the oldest is out of that time, or for a person.`
    : 'Nothing: the guard is latched. It needs a person.'
}

function gateText({ circuit_breaker: breaker }: Health): string {
  return breaker === null || breaker.state === 'CLOSED'
    ? 'the database cannot be reached'
    : 'the breaker is not closed'
}

function budgetText(left: number, budget: number): string {
  if (left === 1) return `One attempt of ${budget} is left; then it needs a person.`
  return `${left} of ${budget} attempts are left.`
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
