/** Health payloads in the shapes that existing deployments give, as they would be recorded at them. */

const POLICY_STATE = {
  state: 'allowed',
  allowed: true,
  cooldown: false,
  blocked: false,
  cooldown_remaining_seconds: 0,
  attempts_in_window: 1,
  retry_budget: 3,
  churn_threshold: 3,
  window_seconds: 600,
}

const RESILIENCE = {
  thresholds: { pool_warning: 0.9, pool_critical: 1, breaker_failure_rate: 0.5 },
  alerts: { pool_saturation: false, restart_churn: false },
  policy_state: POLICY_STATE,
  restart_churn: {
    window_seconds: 600,
    threshold: 3,
    count: 1,
    exceeded: false,
    last_completed_at: '2026-02-08T04:02:11.120934',
  },
  recovery_recommendation: { action: 'none', reason: 'healthy' },
}

const POOL = {
  runtime: { max_capacity: 30, pool_timeout_seconds: 30, pool_recycle_seconds: 1800, pool_size: 10 },
  state: { checked_out: 4, checked_in: 6, overflow: -6, max_capacity: 30, saturation: 0.1333 },
}

/** Enveloped, with naive times, services as objects, and blocks that nobody here knows. */
export const ENVELOPED = {
  success: true,
  data: {
    status: 'healthy',
    timestamp: '2026-02-08T04:05:06.789012',
    checked_at: '2026-02-08T04:05:06.789012',
    since: '2026-02-08T01:00:00',
    services: {
      database: { status: 'ok', latency_ms: 3.2 },
      redis: { status: 'ok', used_memory_mb: 21.5 },
    },
    degraded_reason: null,
    circuit_breaker: { state: 'CLOSED', enabled: true, failure_count: 0, success_count: 214 },
    database_pool: POOL,
    resilience: RESILIENCE,
    runtime_contract: { version: '2026.02.3', valid: true, conda_prefix_present: true },
    route_cache: { mode: 'l1+l2', l1_hits: 9120, l2_hits: 411, misses: 873, l1_hit_rate: 0.876 },
    system_memory: { workers_rss_bytes: 734003200, worker_count: 4, rss_guard: { enabled: true } },
    cache: { enabled: true, sysdate: '2026-02-08 04:00:12' },
    async_workers: { enabled: false },
    warnings: [],
    errors: [],
  },
  meta: { timestamp: '2026-02-08T04:05:06.789100', app_version: '5.2.0' },
}

/** Of before the self-healing policy: no resilience block, no pool, nothing of a contract. */
export const EARLY = {
  status: 'degraded',
  services: { database: 'ok', redis: 'disabled' },
  degraded_reason: 'Redis unavailable, L1 cache only',
  route_cache: { l1_hits: 10, l2_hits: 0, misses: 4 },
}

/** Bare, with breaker and Redis switched off, and null where others leave out. */
export const SWITCHED_OFF = {
  status: 'healthy',
  services: { database: 'ok', redis: { enabled: false } },
  degraded_reason: null,
  circuit_breaker: { enabled: false, state: 'DISABLED' },
  database_pool: null,
  resilience: { ...RESILIENCE, restart_churn: null, recovery_recommendation: null },
  route_cache: { enabled: false, l1_hits: null, l2_hits: null, misses: null },
  system_memory: null,
  warnings: null,
  errors: null,
}

/** With status 503: the payload as ever. */
export const UNHEALTHY = {
  ...ENVELOPED.data,
  status: 'unhealthy',
  services: { database: 'error', redis: 'ok' },
  degraded_reason: 'database_unreachable',
  circuit_breaker: { state: 'OPEN', failure_count: 12, retry_after_seconds: 24.5 },
  resilience: {
    ...RESILIENCE,
    policy_state: { ...POLICY_STATE, state: 'circuit_gated', allowed: false },
    recovery_recommendation: { action: 'check_database_connectivity', reason: 'database_unreachable' },
  },
  errors: ['Database connection failed'],
}

/** With status 503: enveloped, and said not to have succeeded. */
export const UNHEALTHY_ENVELOPED = { success: false, data: UNHEALTHY, meta: ENVELOPED.meta }

/** With status 503: an error in the place of the payload. */
export const REFUSED = {
  success: false,
  error: { code: 'SERVICE_UNAVAILABLE', message: 'Connection pool exhausted; retry later' },
  meta: { timestamp: '2026-02-08T04:05:06.789100', retry_after_seconds: 5 },
}
