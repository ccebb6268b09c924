/** What the machine does next without anybody, and when (SPEC's second question). */
import type { Health } from '../schemas/health.ts'

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
      return `Nothing: the guard is latched after ${churn.count} restarts in ${minutes(policy.window_seconds)}. It needs a person.`
    case 'circuit_gated':
      return 'Nothing while the breaker is not closed: a restart cannot mend a dead dependency.'
    case 'cooldown':
      return `Nothing for ${policy.cooldown_remaining_seconds} s (cooling down). ${budgetText(left, policy.retry_budget)}`
    case 'allowed':
      return health.status === 'healthy'
        ? 'The watchdog looks every second and has nothing to do.'
        : `The watchdog reloads the workers if this lasts. ${budgetText(left, policy.retry_budget)}`
  }
}

function budgetText(left: number, budget: number): string {
  if (left === 1) return `One attempt of ${budget} is left; then it needs a person.`
  return `${left} of ${budget} attempts are left.`
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`
}
