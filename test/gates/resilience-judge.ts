/** What an answer of a service in distress has to be: with its reason and a time to come back, and, from an open breaker, at once. */
import type { GateFinding } from '#domain/release/gate-report.ts'

/** Without the dependency's own time: a breaker that asks it anyway takes seconds. */
export const FAIL_FAST_MS = 500
const LONGEST_WAIT_S = 60
/** One in ten may be the try by which a half-open breaker finds out. */
const SHARE = 0.9

interface Refusal {
  readonly status: number
  readonly retryAfter: string | null
}

export function judgeRefusal({ retryAfter, body }: Refusal & { readonly body: string }): GateFinding[] {
  const findings: GateFinding[] = []
  if (!isGuided(retryAfter))
    findings.push(
      finding('no_retry_guidance', `503 without a time to come back: Retry-After is ${retryAfter}`),
    )
  if (!/"code": ?"pool_exhausted"/.test(body))
    findings.push(finding('no_reason', `503 without its reason: ${body.slice(0, 200)}`))
  return findings
}

export function judgeBreaker(answers: readonly (Refusal & { readonly tookMs: number })[]): {
  slowest: number
  findings: GateFinding[]
} {
  const times = answers.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other)
  const slowest = times[Math.floor(times.length * SHARE)] ?? Number.POSITIVE_INFINITY
  const guided = answers.filter(
    ({ status, retryAfter }) => status < 500 || (status === 503 && isGuided(retryAfter)),
  ).length
  const findings: GateFinding[] = []
  if (slowest > FAIL_FAST_MS) {
    const took = `${Math.round(slowest)} ms`
    findings.push(finding('breaker_slow', `with an open breaker nine of ten answers take up to ${took}`))
  }
  if (guided < answers.length * SHARE) {
    const message = `${answers.length - guided} of ${answers.length} answers failed without a time to come back`
    findings.push(finding('breaker_unguided', message))
  }
  return { slowest, findings }
}

function isGuided(retryAfter: string | null): boolean {
  const seconds = Number(retryAfter ?? Number.NaN)
  return seconds > 0 && seconds <= LONGEST_WAIT_S
}

function finding(code: string, message: string): GateFinding {
  return { code, message, mend: null }
}
