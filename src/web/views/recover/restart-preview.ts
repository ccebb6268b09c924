/** What is said before the click: whether it would go ahead, why not and until when, and what to know all the same. */
import type { Decision } from '#domain/policy/decide.ts'
import { previewNotes, refusalBar } from '#domain/policy/preview.ts'
import { reasonText } from '#domain/policy/reason-words.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { EpochMs } from '#domain/time.ts'
import { localText } from '#web/clock-text.ts'
import { recoverMessages } from '#web/messages-recover.ts'
import type { Look } from '#web/ui/look.ts'
import { countdownText } from '#web/views/recover/state-end.ts'

const { plain } = recoverMessages.restart

export interface Preview {
  readonly look: Look
  /** Why it would be refused, and until when; null: it would not. */
  readonly refusal: string | null
  /** The same in a few words, beside the button. */
  readonly bar: string | null
  readonly notes: readonly string[]
}

export function previewOf(decision: Decision, status: WorkerStatus, now: EpochMs): Preview {
  if (decision.decision === 'blocked') {
    return {
      look: { tone: 'held', shape: 'lock', word: plain.blocked },
      refusal: decision.reasons.map(reasonText).concat(endText(decision, now)).join(' '),
      bar: refusalBar(decision, countdownText),
      notes: previewNotes(decision, status),
    }
  }
  return {
    look: { tone: 'ok', shape: 'disc', word: plain.allowed },
    refusal: null,
    bar: null,
    notes: previewNotes(decision, status),
  }
}

function endText(decision: Extract<Decision, { decision: 'blocked' }>, now: EpochMs): string {
  const { retryAfterMs, reason } = decision
  if (retryAfterMs !== null) {
    return retryAfterMs <= 0
      ? plain.untilSoon
      : plain.until(countdownText(retryAfterMs), localText(now + retryAfterMs, now))
  }
  return reason === 'manual_override_required' ? plain.openEnd : ''
}
