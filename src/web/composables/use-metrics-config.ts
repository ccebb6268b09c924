import { computed, type ComputedRef } from 'vue'
import { DEFAULT_METRICS_CONFIG, type MetricsConfig } from '#domain/metrics/config.ts'
import type { PolicyStateBlock } from '#domain/schemas/health.ts'
import { useHealthStore } from '#web/stores/health.ts'

/** The thresholds are the agent's, as its health answer tells them. */
export function useMetricsConfig(): ComputedRef<MetricsConfig> {
  const health = useHealthStore()
  return computed(() => {
    const block = health.reading?.health
    if (block?.kind !== 'read') return DEFAULT_METRICS_CONFIG
    const { thresholds, policy_state: limits } = block.value.resilience
    return {
      ...DEFAULT_METRICS_CONFIG,
      poolWarning: thresholds?.pool_warning ?? DEFAULT_METRICS_CONFIG.poolWarning,
      poolCritical: thresholds?.pool_critical ?? DEFAULT_METRICS_CONFIG.poolCritical,
      policy: limits === null ? DEFAULT_METRICS_CONFIG.policy : policyOf(limits),
    }
  })
}

function policyOf(limits: PolicyStateBlock): MetricsConfig['policy'] {
  return {
    ...DEFAULT_METRICS_CONFIG.policy,
    retryBudget: limits.retry_budget,
    churnThreshold: limits.churn_threshold,
    windowMs: limits.window_seconds * 1000,
  }
}
