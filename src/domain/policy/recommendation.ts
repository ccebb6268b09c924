/**
 * What a person should do next (OB3): a table from the top, the first row that applies. Total: the last
 * row always applies.
 */
import type { CircuitState, PolicyState, RecommendedAction } from '../schemas/health.ts'

export interface Condition {
  readonly target: 'serving' | 'degraded' | 'failing' | 'unknown'
  readonly circuit: CircuitState | null
  readonly databaseReachable: boolean | null
  /** null where the target tells of no pool. */
  readonly poolSaturation: number | null
  readonly memoryHigh: boolean
  readonly policy: PolicyState
  /** Restarts in a row, the last one included, after which nothing was better (WD14). */
  readonly unhelpfulRestarts: number
  readonly poolWarning: number
  readonly poolCritical: number
}

export const RECOMMENDATION_REASONS = [
  'restart_in_progress',
  'guard_latched',
  'database_unreachable',
  'circuit_open',
  'circuit_half_open',
  'restart_not_helping',
  'cooldown_active',
  'target_failing',
  'pool_exhausted',
  'pool_pressure',
  'memory_high',
  'degraded',
  'not_probed_yet',
  'healthy',
] as const
export type RecommendationReason = (typeof RECOMMENDATION_REASONS)[number]

export interface Recommendation {
  readonly action: RecommendedAction
  readonly reason: RecommendationReason
}

interface Row extends Recommendation {
  readonly when: (condition: Condition) => boolean
}

/** After two that did not help, a third restart is a habit and no measure. */
const UNHELPFUL_LIMIT = 2

const exhausted = ({ poolSaturation, poolCritical }: Condition) =>
  poolSaturation !== null && poolSaturation >= poolCritical
const pressed = ({ poolSaturation, poolWarning }: Condition) =>
  poolSaturation !== null && poolSaturation >= poolWarning
/** What a fresh set of workers can mend. */
const restartable = (condition: Condition) =>
  condition.target === 'failing' || exhausted(condition) || condition.memoryHigh

const TABLE: readonly Row[] = [
  {
    when: ({ policy }) => policy === 'restarting',
    action: 'observe_and_retry',
    reason: 'restart_in_progress',
  },
  {
    when: ({ databaseReachable }) => databaseReachable === false,
    action: 'check_database_connectivity',
    reason: 'database_unreachable',
  },
  { when: ({ circuit }) => circuit === 'OPEN', action: 'wait_for_circuit_half_open', reason: 'circuit_open' },
  // Behind a dead dependency: releasing the guard would mend nothing then.
  {
    when: ({ policy }) => policy === 'guarded',
    action: 'release_guard_or_override',
    reason: 'guard_latched',
  },
  {
    when: ({ circuit }) => circuit === 'HALF_OPEN',
    action: 'observe_and_retry',
    reason: 'circuit_half_open',
  },
  {
    when: (condition) => pressed(condition) && condition.unhelpfulRestarts >= UNHELPFUL_LIMIT,
    action: 'throttle_and_investigate_queries',
    reason: 'restart_not_helping',
  },
  {
    when: (condition) => restartable(condition) && condition.unhelpfulRestarts >= UNHELPFUL_LIMIT,
    action: 'observe_and_retry',
    reason: 'restart_not_helping',
  },
  {
    when: (condition) => restartable(condition) && condition.policy === 'cooldown',
    action: 'wait_for_restart_cooldown',
    reason: 'cooldown_active',
  },
  {
    when: ({ target }) => target === 'failing',
    action: 'consider_controlled_worker_restart',
    reason: 'target_failing',
  },
  { when: exhausted, action: 'consider_controlled_worker_restart', reason: 'pool_exhausted' },
  { when: pressed, action: 'throttle_and_investigate_queries', reason: 'pool_pressure' },
  {
    when: ({ memoryHigh }) => memoryHigh,
    action: 'consider_controlled_worker_restart',
    reason: 'memory_high',
  },
  { when: ({ target }) => target === 'degraded', action: 'continue_degraded_mode', reason: 'degraded' },
  { when: ({ target }) => target === 'unknown', action: 'observe_and_retry', reason: 'not_probed_yet' },
]

export function recommend(condition: Condition): Recommendation {
  const row = TABLE.find(({ when }) => when(condition))
  return row === undefined
    ? { action: 'none', reason: 'healthy' }
    : { action: row.action, reason: row.reason }
}
