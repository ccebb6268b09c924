/** A well service that tells everything of itself; a test changes what it is about. */
import { composeHealth, type HealthInput } from '#domain/health/compose.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { policyState, type PolicySignals } from '#domain/policy/decide.ts'
import type { Restart } from '#domain/policy/restarts.ts'
import type { Health, TargetHealth } from '#domain/schemas/health.ts'

export const NOW = 1_770_000_000_000

export const WELL: TargetHealth = {
  status: 'healthy',
  services: { database: 'ok' },
  degraded_reason: null,
  circuit_breaker: { state: 'CLOSED' },
  database_pool: {
    runtime: { max_capacity: 30 },
    state: { checked_out: 6, max_capacity: 30, saturation: 0.2 },
  },
  system_memory: { worker_count: 4 },
}

export interface SampleInput {
  told?: Partial<TargetHealth>
  httpStatus?: number
  outcome?: HealthInput['outcome']
  signals?: Partial<PolicySignals>
  restarts?: Restart[]
  unhelpfulRestarts?: number
}

export function sampleHealth({
  told,
  httpStatus = 200,
  outcome,
  signals,
  restarts = [],
  unhelpfulRestarts = 0,
}: SampleInput = {}): Health {
  const config = POLICY_PRESETS
  const situation = policyState({
    config,
    restarts,
    signals: {
      circuit: told?.circuit_breaker?.state ?? 'CLOSED',
      databaseReachable: true,
      guardLatched: false,
      guardReleasedAt: null,
      paused: false,
      restartInProgress: false,
      ...signals,
    },
    now: NOW,
  })
  return composeHealth({
    outcome: outcome ?? {
      kind: 'answered',
      health: { ...WELL, ...told },
      httpStatus,
      latencyMs: 3,
      at: NOW - 400,
    },
    since: NOW - 60_000,
    policy: { config, situation, lastCompletedAt: null, unhelpfulRestarts },
    pool: { warning: 0.9, critical: 1 },
    navigation: { engaged: false, routes: [] },
    contract: { version: '1.0.0', valid: true },
    now: NOW,
  })
}
