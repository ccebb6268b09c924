/**
 * Holdfast's own `/health` (OB1): what the target said, what only Holdfast knows, and nothing that the
 * public has no business with (no path, no user, no typed reason).
 */
import { publicText } from '../free-text.ts'
import type { PolicyConfig } from '../policy/config.ts'
import type { policyState } from '../policy/decide.ts'
import { policyStateBlock, restartChurnBlock } from '../policy/policy-blocks.ts'
import { recommend, type Condition } from '../policy/recommendation.ts'
import type { Health, HealthStatus, TargetHealth } from '../schemas/health.ts'
import { isoText, type EpochMs } from '../time.ts'
import type { ProbeOutcome } from './probe-outcome.ts'

export interface HealthInput {
  readonly outcome: ProbeOutcome
  /** Since when the target has been in its present condition. */
  readonly since: EpochMs | null
  readonly policy: {
    readonly config: PolicyConfig
    readonly situation: ReturnType<typeof policyState>
    readonly lastCompletedAt: EpochMs | null
    readonly unhelpfulRestarts: number
  }
  readonly pool: { readonly warning: number; readonly critical: number }
  readonly contract: { readonly version: string; readonly valid: boolean }
  readonly navigation: NonNullable<Health['navigation']>
  readonly now: EpochMs
}

interface Standing {
  status: HealthStatus
  reason: string | null
}

export function composeHealth(input: HealthInput): Health {
  const { outcome, since, policy, pool, contract, now } = input
  const told = outcome.kind === 'answered' ? outcome.health : null
  const standing = withOwnJudgement(standingOf(outcome), told, pool.warning)
  const at = outcome.kind === 'never' ? null : outcome.at
  return {
    status: standing.status,
    checked_at: at === null ? null : isoText(at),
    age_ms: at === null ? null : Math.max(0, now - at),
    services: servicesOf(outcome, told),
    degraded_reason: standing.reason,
    since: since === null ? null : isoText(since),
    circuit_breaker: told?.circuit_breaker ?? null,
    database_pool: told?.database_pool ?? null,
    resilience: {
      thresholds: { pool_warning: pool.warning, pool_critical: pool.critical },
      alerts: { restart_churn: policy.situation.churn >= policy.config.churnThreshold },
      policy_state: policyStateBlock(policy.config, policy.situation),
      restart_churn: restartChurnBlock(policy.config, policy.situation, policy.lastCompletedAt),
      recovery_recommendation: recommend(conditionOf(input, told, standing)),
    },
    runtime_contract: contract,
    navigation: input.navigation,
    route_cache: told?.route_cache ?? null,
    system_memory: told?.system_memory ?? null,
    warnings: cleanTexts(told?.warnings),
    errors: cleanTexts(told?.errors),
  }
}

function standingOf(outcome: ProbeOutcome): Standing {
  switch (outcome.kind) {
    case 'never':
      return { status: 'degraded', reason: 'not_probed_yet' }
    case 'failed':
      return { status: 'unhealthy', reason: FAILURE_REASONS[outcome.reason] }
    case 'answered':
      return outcome.health === null
        ? plainStanding(outcome.httpStatus)
        : toldStanding(outcome.health, outcome.httpStatus)
  }
}

const FAILURE_REASONS = {
  timeout: 'target_unreachable',
  refused: 'target_unreachable',
  reset: 'target_unreachable',
  malformed: 'health_malformed',
  http_5xx: 'http_5xx',
} as const satisfies Record<Extract<ProbeOutcome, { kind: 'failed' }>['reason'], string>

function plainStanding(httpStatus: number): Standing {
  // A health address that answers 404 says nothing good, and nothing about the service either.
  if (httpStatus < 400) return { status: 'healthy', reason: null }
  return httpStatus < 500
    ? { status: 'degraded', reason: `http_${httpStatus}` }
    : { status: 'unhealthy', reason: 'http_5xx' }
}

function toldStanding({ status, degraded_reason: reason }: TargetHealth, httpStatus: number): Standing {
  const cleaned = publicText(reason ?? '')
  const worst = httpStatus >= 500 ? 'unhealthy' : status
  const unsaid = worst === 'healthy' ? null : 'unspecified'
  return { status: worst, reason: cleaned === '' ? unsaid : cleaned }
}

/** A target that calls itself healthy with a full pool or an open circuit is not believed. */
function withOwnJudgement(standing: Standing, told: TargetHealth | null, poolWarning: number): Standing {
  if (standing.status !== 'healthy' || told === null) return standing
  const saturation = told.database_pool?.state.saturation ?? 0
  if (saturation >= poolWarning) return { status: 'degraded', reason: 'pool_saturated' }
  const circuit = told.circuit_breaker?.state ?? 'CLOSED'
  return circuit === 'CLOSED' ? standing : { status: 'degraded', reason: 'circuit_open' }
}

/** What the target says of its parts, and whether it can be reached at all. */
function servicesOf(outcome: ProbeOutcome, told: TargetHealth | null): Record<string, string> {
  const parts = Object.entries(told?.services ?? {}).slice(0, SERVICES_LIMIT)
  const target = outcome.kind === 'answered' ? 'ok' : outcome.kind === 'never' ? 'unknown' : 'unreachable'
  return {
    ...Object.fromEntries(parts.map(([name, state]) => [publicText(name, 60), publicText(state, 60)])),
    target,
  }
}

const SERVICES_LIMIT = 30
const TEXTS_LIMIT = 20

function cleanTexts(texts: readonly string[] | undefined): string[] {
  return (texts ?? []).slice(0, TEXTS_LIMIT).map((text) => publicText(text))
}

function conditionOf(
  { outcome, policy, pool }: HealthInput,
  told: TargetHealth | null,
  standing: Standing,
): Condition {
  return {
    target: targetCondition(outcome, standing),
    circuit: told?.circuit_breaker?.state ?? null,
    databaseReachable: databaseReachable(told),
    poolSaturation: told?.database_pool?.state.saturation ?? null,
    memoryHigh: standing.reason === 'memory_high',
    policy: policy.situation.state,
    unhelpfulRestarts: policy.unhelpfulRestarts,
    poolWarning: pool.warning,
    poolCritical: pool.critical,
  }
}

function targetCondition(outcome: ProbeOutcome, { status }: Standing): Condition['target'] {
  if (outcome.kind === 'never') return 'unknown'
  return status === 'unhealthy' ? 'failing' : status === 'degraded' ? 'degraded' : 'serving'
}

/** null where the target does not say. */
export function databaseReachable(
  told: Pick<TargetHealth, 'services' | 'degraded_reason'> | null,
): boolean | null {
  if (told?.degraded_reason === 'database_unreachable') return false
  const state = told?.services?.database
  if (state === undefined) return null
  return !['unreachable', 'down', 'error', 'failed', 'unhealthy'].includes(state.toLowerCase())
}
