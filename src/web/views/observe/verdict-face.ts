/**
 * What the verdict panel shows for each case of the feed. The words of a verdict are the domain's; the
 * words here are about not having one, or having an old one.
 */
import type { Verdict } from '#domain/health/verdict.ts'
import type { EpochMs } from '#domain/time.ts'
import { ageText } from '#domain/units.ts'
import { retryText, staleText } from '#web/age-text.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import { messages } from '#web/messages.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { isSilence, type ProblemView } from '#web/problems.ts'
import type { Feed } from '#web/stores/feed.ts'
import type { Look } from '#web/ui/look.ts'
import { VERDICT_LOOKS } from '#web/ui/verdict-look.ts'

export interface VerdictFace {
  readonly kind: Feed<unknown>['kind']
  readonly look: Look
  readonly headline: string
  readonly detail: string
  readonly byItself: string
  readonly nextStep: string
  /** Why the words above are old; empty while they are not. */
  readonly staleness: string
}

export function verdictFace(feed: Feed<HealthReading>, verdict: Verdict | null, now: EpochMs): VerdictFace {
  const { verdict: words } = observeMessages
  switch (feed.kind) {
    case 'loading':
      return { ...NOTHING, kind: 'loading', headline: messages.state.loading }
    case 'failed':
      return {
        ...NOTHING,
        kind: 'failed',
        headline: feed.problem.title,
        detail: `${words.failedWorks} ${feed.problem.detail}`,
        byItself: words.consoleTries(retryText(feed.retryAt, now)),
        nextStep: stepAfter(feed.problem),
      }
    case 'live':
      return { ...faceOf(feed.value, verdict), kind: 'live', staleness: '' }
    case 'stale': {
      const face = faceOf(feed.value, verdict)
      return {
        ...face,
        kind: 'stale',
        look: { ...VERDICT_LOOKS.unknown, word: words.lastKnown(face.look.word) },
        // What was advised then may be wrong now: first the agent has to answer again.
        byItself: words.consoleTries(retryText(feed.why.retryAt, now)),
        nextStep: stepAfter(feed.why.problem),
        staleness: messages.age.stale(ageText(now - feed.readAt), staleText(feed.why, now)),
      }
    }
  }
}

/** An agent that is silent wants to be started; one that says something odd wants to be understood. */
function stepAfter(problem: ProblemView | null): string {
  return isSilence(problem) ? observeMessages.verdict.failedStep : observeMessages.verdict.oddStep
}

const NOTHING = {
  look: VERDICT_LOOKS.unknown,
  detail: '',
  byItself: '',
  nextStep: '',
  staleness: '',
} as const satisfies Partial<VerdictFace>

function faceOf(reading: HealthReading, verdict: Verdict | null): Omit<VerdictFace, 'kind' | 'staleness'> {
  const { verdict: words } = observeMessages
  const { state } = messages
  if (verdict !== null) return { ...verdict, look: VERDICT_LOOKS[verdict.level] }
  const fault = reading.health.kind === 'malformed' ? reading.health.fault : ''
  return {
    look: VERDICT_LOOKS.unknown,
    headline: state.unreadable,
    detail: words.unreadable(fault),
    byItself: words.unreadableByItself,
    nextStep: words.oddStep,
  }
}
