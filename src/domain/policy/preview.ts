/** What is said of a restart before it is asked for, in console and classic page: when it would be possible, and what to know. */
import type { WorkerStatus } from '../schemas/worker-api.ts'
import type { DurationMs } from '../time.ts'
import { PLAIN_WORDS } from './act-words.ts'
import type { Decision } from './decide.ts'
import { warningText } from './reason-words.ts'

/** Beside the button, in a few words. */
export function refusalBar(
  { retryAfterMs, reason }: Extract<Decision, { decision: 'blocked' }>,
  waitText: (wait: DurationMs) => string,
): string {
  if (retryAfterMs !== null) return PLAIN_WORDS.possibleIn(waitText(retryAfterMs))
  return reason === 'manual_override_required' ? PLAIN_WORDS.notPlain : PLAIN_WORDS.notNow
}

/** What speaks against it although it would pass, and that it would be the last. */
export function previewNotes(decision: Decision, status: WorkerStatus): string[] {
  if (decision.decision === 'blocked') return notAdvised(status)
  return [...decision.warnings.map(warningText), ...notAdvised(status), ...lastOne(status)]
}

function notAdvised({ unhelpful_restarts: count }: WorkerStatus): string[] {
  return count === 0 ? [] : [PLAIN_WORDS.notAdvised(count)]
}

/** The next is refused when either is used up. */
function lastOne({ policy_state: policy, restart_churn: churn }: WorkerStatus): string[] {
  const isLast = policy.attempts_in_window + 1 >= policy.retry_budget || churn.count + 1 >= churn.threshold
  return isLast ? [PLAIN_WORDS.lastOne] : []
}
