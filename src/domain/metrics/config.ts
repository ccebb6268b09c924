import type { PolicyConfig } from '#domain/policy/config.ts'
import type { DurationMs } from '#domain/time.ts'

/** What the metrics take from the configuration; the defaults are the contract's. */
export interface MetricsConfig {
  readonly slowMs: DurationMs
  readonly apdexMs: DurationMs
  /** The share of requests that must not fail: 0 < sloTarget < 1. */
  readonly sloTarget: number
  readonly poolWarning: number
  readonly poolCritical: number
  /** How long a gauge's sample speaks for the time after it. */
  readonly holdMs: DurationMs
  /** Of the whole service, as far as a reading holds it: live ones hold the workers (ADR 0016). */
  readonly rssBytesLimit: number
  readonly policy: RestartLimits
}

export type RestartLimits = Pick<PolicyConfig, 'cooldownMs' | 'retryBudget' | 'windowMs' | 'churnThreshold'>

/**
 * Fixed with version 1 of the form: a file without `config` gives the same figures for ever, whatever an
 * installation presets today.
 */
export const DEFAULT_METRICS_CONFIG: MetricsConfig = {
  slowMs: 1000,
  apdexMs: 500,
  sloTarget: 0.999,
  poolWarning: 0.9,
  poolCritical: 1,
  holdMs: 15_000,
  rssBytesLimit: 2_147_483_648,
  policy: { cooldownMs: 60_000, retryBudget: 3, windowMs: 600_000, churnThreshold: 3 },
}
