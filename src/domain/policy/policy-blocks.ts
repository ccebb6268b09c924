/** The policy's part of the health payload, with its promised names (OB2). */
import type { PolicyStateBlock, RestartChurn } from '../schemas/health.ts'
import type { DurationMs, EpochMs } from '../time.ts'
import { isoText } from '../time.ts'
import type { PolicyConfig } from './config.ts'
import type { policyState } from './decide.ts'

type Situation = ReturnType<typeof policyState>

export function policyStateBlock(config: PolicyConfig, situation: Situation): PolicyStateBlock {
  const { state, attemptsInWindow, cooldownRemainingMs } = situation
  return {
    state,
    allowed: state === 'allowed',
    cooldown: cooldownRemainingMs > 0,
    // What waiting alone does not end.
    blocked: state !== 'allowed' && state !== 'cooldown',
    cooldown_remaining_seconds: wholeSeconds(cooldownRemainingMs),
    attempts_in_window: attemptsInWindow,
    retry_budget: config.retryBudget,
    churn_threshold: config.churnThreshold,
    window_seconds: config.windowMs / 1000,
  }
}

export function restartChurnBlock(
  config: PolicyConfig,
  situation: Situation,
  lastCompletedAt: EpochMs | null,
): RestartChurn {
  return {
    window_seconds: config.windowMs / 1000,
    threshold: config.churnThreshold,
    count: situation.churn,
    exceeded: situation.churn >= config.churnThreshold,
    last_completed_at: lastCompletedAt === null ? null : isoText(lastCompletedAt),
  }
}

/** Rounded up: who waits as long as told is never too early. */
export function wholeSeconds(duration: DurationMs): number {
  return Math.ceil(duration / 1000)
}
