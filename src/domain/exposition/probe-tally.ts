/** What came of the probes since the agent has run: counted here, since Prometheus looks more seldom than the probe. */
import type { ProbeOutcome } from '../health/probe-outcome.ts'
import { PRESSING_BREACHES } from '../metrics/alerts.ts'
import { HEALTH_STATUSES } from '../schemas/health.ts'

const FAILURES = ['timeout', 'refused', 'reset', 'malformed', 'http_5xx'] as const
export const PROBE_RESULTS = [...HEALTH_STATUSES, ...FAILURES] as const
export type ProbeResult = (typeof PROBE_RESULTS)[number]

export interface ProbeCounts {
  readonly results: Readonly<Record<ProbeResult, number>>
  /** Probes in a row that saw the pool at its warning saturation or above; null where the last did not see it. */
  readonly poolBreaches: number | null
  /** How often such a row came to three: one that began and ended between two scrapes is seen by it. */
  readonly poolBreachRuns: number
}

export class ProbeTally {
  readonly #poolWarning: number
  readonly #results = Object.fromEntries(PROBE_RESULTS.map((result) => [result, 0])) as Record<
    ProbeResult,
    number
  >
  #poolBreaches: number | null = null
  #poolBreachRuns = 0

  constructor(poolWarning: number) {
    this.#poolWarning = poolWarning
  }

  add(outcome: ProbeOutcome): void {
    if (outcome.kind === 'never') return
    this.#results[resultOf(outcome)] += 1
    const saturation =
      outcome.kind === 'answered' ? (outcome.health?.database_pool?.state.saturation ?? null) : null
    const isBreach = saturation !== null && saturation >= this.#poolWarning
    this.#poolBreaches = saturation === null ? null : isBreach ? (this.#poolBreaches ?? 0) + 1 : 0
    if (this.#poolBreaches === PRESSING_BREACHES) this.#poolBreachRuns += 1
  }

  counts(): ProbeCounts {
    return {
      results: { ...this.#results },
      poolBreaches: this.#poolBreaches,
      poolBreachRuns: this.#poolBreachRuns,
    }
  }
}

function resultOf(outcome: Exclude<ProbeOutcome, { kind: 'never' }>): ProbeResult {
  if (outcome.kind === 'failed') return outcome.reason
  const { health, httpStatus } = outcome
  if (httpStatus >= 500) return 'unhealthy'
  return health?.status ?? (httpStatus >= 400 ? 'degraded' : 'healthy')
}
