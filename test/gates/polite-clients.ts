/** Whether clients who do as they are told make a storm: counted, not felt. */
import type { GateFinding } from '#domain/release/gate-report.ts'

export interface ClientStory {
  readonly sent: number
  readonly answered: number
  readonly refused: number
  /** Refused without a time to come back. */
  readonly unguided: number
  readonly shortestWaitMs: number
}

/** One a second is what a page asks for by itself; whoever is refused asks less often, never more. */
const CALM_MS = 1000

export function judgeClients(stories: readonly ClientStory[], windowMs: number): GateFinding[] {
  const findings: GateFinding[] = []
  const unguided = stories.reduce((sum, story) => sum + story.unguided, 0)
  if (unguided > 0)
    findings.push(finding('no_retry_guidance', `${unguided} refusals did not say when to come back`))
  const limit = Math.ceil(windowMs / CALM_MS) + 1
  const stormy = stories.filter(({ sent }) => sent > limit)
  if (stormy.length > 0) {
    const most = Math.max(...stormy.map(({ sent }) => sent))
    findings.push(
      finding(
        'retry_storm',
        `a client sent ${most} requests in ${windowMs / 1000} s, more than the ${limit} of a calm one`,
      ),
    )
  }
  return findings
}

function finding(code: string, message: string): GateFinding {
  return { code, message, mend: null }
}
