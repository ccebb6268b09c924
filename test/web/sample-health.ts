import type { Health } from '#domain/schemas/health.ts'

/** A health answer of a target that is well; with what a test changes. */
export function sampleHealth(changes: Partial<Health> = {}): Health {
  return {
    status: 'healthy',
    checked_at: '2026-11-21T02:00:00.000Z',
    age_ms: 400,
    services: { database: 'ok' },
    degraded_reason: null,
    since: '2026-11-21T01:55:50.000Z',
    circuit_breaker: { state: 'CLOSED' },
    database_pool: {
      runtime: { max_capacity: 30 },
      state: { checked_out: 12, max_capacity: 30, saturation: 0.4 },
    },
    resilience: {
      thresholds: { pool_warning: 0.9, pool_critical: 1 },
      alerts: {},
      policy_state: {
        state: 'allowed',
        allowed: true,
        cooldown: false,
        blocked: false,
        cooldown_remaining_seconds: 0,
        attempts_in_window: 0,
        retry_budget: 3,
        churn_threshold: 3,
        window_seconds: 600,
      },
      restart_churn: {
        window_seconds: 600,
        threshold: 3,
        count: 0,
        exceeded: false,
        last_completed_at: null,
      },
      recovery_recommendation: { action: 'none', reason: 'healthy' },
    },
    runtime_contract: { version: '2026.11.1', valid: true },
    route_cache: null,
    system_memory: null,
    warnings: [],
    errors: [],
    ...changes,
  }
}
