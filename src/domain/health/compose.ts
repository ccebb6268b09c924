// throw-away until the real one lands
import type { TargetHealth, Health } from '../schemas/health.ts'
export type ProbeOutcome =
  | { kind: 'never' }
  | { kind: 'answered'; health: TargetHealth | null; httpStatus: number; latencyMs: number; at: number }
  | { kind: 'failed'; reason: 'timeout' | 'refused' | 'reset' | 'malformed' | 'http_5xx'; at: number }
export function fake(outcome: ProbeOutcome, now: number, since: number|null): Health {
  const h = outcome.kind === 'answered' ? outcome.health : null
  return { status: outcome.kind==='failed'?'unhealthy': h?.status ?? 'degraded', checked_at: outcome.kind==='never'?null:new Date(outcome.at).toISOString(), age_ms: outcome.kind==='never'?null:now-outcome.at,
   services: h?.services ?? {}, degraded_reason: h?.degraded_reason ?? null, since: since===null?null:new Date(since).toISOString(), circuit_breaker: h?.circuit_breaker ?? null, database_pool: h?.database_pool ?? null,
   resilience: { thresholds:{pool_warning:0.9,pool_critical:1}, alerts:{}, policy_state:{state:'allowed',allowed:true,cooldown:false,blocked:false,cooldown_remaining_seconds:0,attempts_in_window:0,retry_budget:3,churn_threshold:3,window_seconds:600}, restart_churn:{window_seconds:600,threshold:3,count:0,exceeded:false,last_completed_at:null}, recovery_recommendation:{action:'none',reason:''}},
   runtime_contract:{version:'x',valid:true}, route_cache: h?.route_cache??null, system_memory: h?.system_memory??null, warnings:[],errors:[] }
}
