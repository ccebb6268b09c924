/**
 * The health payload (OB1, OB2, OB3), with the names that existing deployments use. Reading is tolerant:
 * a target may leave out any block and add its own; what is missing is shown as missing, never guessed.
 */
import * as z from 'zod/mini'

export const CIRCUIT_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const
export type CircuitState = (typeof CIRCUIT_STATES)[number]

export const HEALTH_STATUSES = ['healthy', 'degraded', 'unhealthy'] as const
export type HealthStatus = (typeof HEALTH_STATUSES)[number]

export const POLICY_STATES = [
  'allowed',
  'cooldown',
  'circuit_gated',
  'guarded',
  'paused',
  'restarting',
] as const
export type PolicyState = (typeof POLICY_STATES)[number]

export const RECOMMENDED_ACTIONS = [
  'none',
  'observe_and_retry',
  'check_database_connectivity',
  'continue_degraded_mode',
  'wait_for_circuit_half_open',
  'wait_for_restart_cooldown',
  'consider_controlled_worker_restart',
  'throttle_and_investigate_queries',
  'release_guard_or_override',
] as const
export type RecommendedAction = (typeof RECOMMENDED_ACTIONS)[number]

const count = z.number()
const optionalCount = z.optional(z.nullable(count))

export const circuitBreaker = z.object({
  state: z.enum(CIRCUIT_STATES),
  failure_count: optionalCount,
  success_count: optionalCount,
  failure_rate: optionalCount,
  window_size: optionalCount,
  /** Until the next half-open try, while OPEN. */
  retry_after_seconds: optionalCount,
})

export const databasePool = z.object({
  runtime: z.object({ max_capacity: count, pool_timeout_seconds: optionalCount }),
  state: z.object({ checked_out: count, max_capacity: count, saturation: count }),
})

/** What may stand in a column of amounts: one that may not would cost the whole stream. */
const counter = z.number().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER))

/** Counters since the target started; they may reset (METRICS, cache). */
export const routeCache = z.object({
  l1_hits: counter,
  l2_hits: counter,
  misses: counter,
})

export const systemMemory = z.object({
  workers_rss_bytes: optionalCount,
  worker_count: optionalCount,
})

export const policyStateBlock = z.object({
  state: z.enum(POLICY_STATES),
  allowed: z.boolean(),
  cooldown: z.boolean(),
  blocked: z.boolean(),
  cooldown_remaining_seconds: count,
  attempts_in_window: count,
  retry_budget: count,
  churn_threshold: count,
  window_seconds: count,
})

export const restartChurn = z.object({
  window_seconds: count,
  threshold: count,
  count,
  exceeded: z.boolean(),
  last_completed_at: z.nullable(z.string()),
})

export const recoveryRecommendation = z.object({
  action: z.enum(RECOMMENDED_ACTIONS),
  reason: z.string(),
})

export const resilience = z.object({
  thresholds: z.object({ pool_warning: count, pool_critical: count }),
  alerts: z.record(z.string(), z.boolean()),
  policy_state: policyStateBlock,
  restart_churn: restartChurn,
  recovery_recommendation: recoveryRecommendation,
})

/** What a target's own health endpoint answers: any block may be missing. */
export const targetHealth = z.object({
  status: z.enum(HEALTH_STATUSES),
  services: z.optional(z.record(z.string(), z.string())),
  degraded_reason: z.optional(z.nullable(z.string())),
  circuit_breaker: z.optional(z.nullable(circuitBreaker)),
  database_pool: z.optional(z.nullable(databasePool)),
  route_cache: z.optional(z.nullable(routeCache)),
  system_memory: z.optional(z.nullable(systemMemory)),
  warnings: z.optional(z.array(z.string())),
  errors: z.optional(z.array(z.string())),
})

/** What Holdfast's own `/health` answers: the target's blocks, and what only Holdfast knows. */
export const health = z.object({
  status: z.enum(HEALTH_STATUSES),
  /** When the target was last looked at, and how old that look is (OB5); null before the first. */
  checked_at: z.nullable(z.string()),
  age_ms: z.nullable(count),
  services: z.record(z.string(), z.string()),
  degraded_reason: z.nullable(z.string()),
  /** Since when `status` and `degraded_reason` are what they are, as the agent saw it. */
  since: z.nullable(z.string()),
  circuit_breaker: z.nullable(circuitBreaker),
  database_pool: z.nullable(databasePool),
  resilience,
  runtime_contract: z.object({ version: z.string(), valid: z.boolean() }),
  /** Whether the kill switch takes the whole console out of service (SH3); missing where there is no such switch. */
  navigation: z.optional(
    z.object({
      engaged: z.boolean(),
      /** Pages that are out of service on their own (SH5), by their ids; missing where nobody tells. */
      routes: z.optional(z.array(z.string())),
    }),
  ),
  route_cache: z.nullable(routeCache),
  system_memory: z.nullable(systemMemory),
  warnings: z.array(z.string()),
  errors: z.array(z.string()),
})

/**
 * The same as any backend tells it, the agent or an existing deployment of before Holdfast: what such a one leaves out
 * is null here. It is shown as missing, and nothing is taken in its place.
 */
export const toldHealth = z.extend(health, {
  resilience: z.object({
    thresholds: z.nullable(resilience.shape.thresholds),
    alerts: z.nullable(resilience.shape.alerts),
    policy_state: z.nullable(policyStateBlock),
    restart_churn: z.nullable(restartChurn),
    recovery_recommendation: z.nullable(recoveryRecommendation),
  }),
  runtime_contract: z.nullable(health.shape.runtime_contract),
  /** Blocks that the backend says are switched off, which is why they are null. */
  switched_off: z.optional(z.array(z.string())),
})

export type TargetHealth = z.infer<typeof targetHealth>
export type Health = z.infer<typeof health>
export type ToldHealth = z.infer<typeof toldHealth>
export type PolicyStateBlock = z.infer<typeof policyStateBlock>
export type RestartChurn = z.infer<typeof restartChurn>
export type RecoveryRecommendation = z.infer<typeof recoveryRecommendation>
