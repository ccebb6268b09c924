import * as z from 'zod/mini'
import type { ConfigValues } from '../config/fields.ts'
import type { DurationMs } from '../time.ts'

/** What an operator may set of the policy (WD2, WD4). */
export interface PolicyConfig {
  /** Wait after an attempt. */
  readonly cooldownMs: DurationMs
  /** Attempts allowed in a window. */
  readonly retryBudget: number
  readonly windowMs: DurationMs
  /** Restarts of any cause in a window that latch the guard. */
  readonly churnThreshold: number
  /** Off: churn never latches; the budget still refuses. */
  readonly guardedMode: boolean
  /** What opens a latched guard: a person, or one quiet window. */
  readonly guardRelease: 'manual' | 'window'
}

export const POLICY_PRESETS: PolicyConfig = {
  cooldownMs: 60_000,
  retryBudget: 3,
  windowMs: 600_000,
  churnThreshold: 3,
  guardedMode: true,
  guardRelease: 'manual',
}

type PolicyValues = Pick<ConfigValues, Extract<keyof ConfigValues, `policy.${string}`>>

export function policyConfigOf(values: PolicyValues): PolicyConfig {
  return {
    cooldownMs: values['policy.cooldown_s'] * 1000,
    retryBudget: values['policy.retry_budget'],
    windowMs: values['policy.window_s'] * 1000,
    churnThreshold: values['policy.churn_threshold'],
    guardedMode: values['policy.guarded_mode'],
    guardRelease: values['policy.guard_release'],
  }
}

/** The same by its outside names, as decisions carry it and the journal keeps it. */
const policySettings = z.object({
  cooldown_seconds: z.number(),
  retry_budget: z.number(),
  window_seconds: z.number(),
  churn_threshold: z.number(),
  guarded_mode: z.boolean(),
  guard_release: z.enum(['manual', 'window']),
})

export type PolicySettings = z.infer<typeof policySettings>

export function policySettingsOf(config: PolicyConfig): PolicySettings {
  return {
    cooldown_seconds: config.cooldownMs / 1000,
    retry_budget: config.retryBudget,
    window_seconds: config.windowMs / 1000,
    churn_threshold: config.churnThreshold,
    guarded_mode: config.guardedMode,
    guard_release: config.guardRelease,
  }
}

/** null: these are not all of them. */
export function policyConfigFrom(settings: unknown): PolicyConfig | null {
  const told = policySettings.safeParse(settings).data
  if (told === undefined) return null
  return {
    cooldownMs: told.cooldown_seconds * 1000,
    retryBudget: told.retry_budget,
    windowMs: told.window_seconds * 1000,
    churnThreshold: told.churn_threshold,
    guardedMode: told.guarded_mode,
    guardRelease: told.guard_release,
  }
}
