/**
 * What the durable history says about budget, churn and cooldown (WD3, WD4, WD11, WD15).
 *
 * An *attempt* is a rung that was begun, verified or not; an *external* restart is one that Holdfast saw
 * but did not cause. Refusals are neither, so they cannot be handed to these functions: asking ten times
 * never prolongs a wait.
 */
import { invariant } from '../invariant.ts'
import type { DurationMs, EpochMs } from '../time.ts'
import type { PolicyConfig } from './config.ts'

export interface Restart {
  readonly kind: 'attempt' | 'external'
  readonly at: EpochMs
  /**
   * Known from the order of the journal to stand before the last release of the guard: an order that no
   * clock can turn around (WD11). Where it is left out, the times are compared.
   */
  readonly released?: boolean
}

export interface RestartCounts {
  /** Attempts that count towards the budget. */
  readonly attemptsInWindow: number
  /** Those, and external restarts. */
  readonly churn: number
  readonly cooldownRemainingMs: DurationMs
}

interface CountInput {
  readonly config: PolicyConfig
  readonly restarts: readonly Restart[]
  readonly guardReleasedAt: EpochMs | null
  readonly now: EpochMs
}

export function countRestarts({ config, restarts, guardReleasedAt, now }: CountInput): RestartCounts {
  let attemptsInWindow = 0
  let churn = 0
  let lastAttemptAt: EpochMs | null = null
  // Up to a thousand, between a flag and its signal: one plain pass.
  for (const { kind, at, released } of restarts) {
    const isAttempt = kind === 'attempt'
    // Released or not: a release opens the guard, it does not hurry the service.
    if (isAttempt && (lastAttemptAt === null || at > lastAttemptAt)) lastAttemptAt = at
    // A release covers everything before it: else three external restarts would latch the guard again at once.
    if (released ?? (guardReleasedAt !== null && at <= guardReleasedAt)) continue
    if (!isInPolicyWindow(at, now, config.windowMs)) continue
    churn += 1
    if (isAttempt) attemptsInWindow += 1
  }
  const cooldownRemainingMs = cooldownLeft(config.cooldownMs, lastAttemptAt, now)
  invariant(
    cooldownRemainingMs >= 0 && cooldownRemainingMs <= config.cooldownMs,
    'a cooldown is never absurd (WD11)',
  )
  return { attemptsInWindow, churn, cooldownRemainingMs }
}

/** Without an attempt there is nothing to wait for. */
export function cooldownLeft(cooldownMs: DurationMs, lastAt: EpochMs | null, now: EpochMs): DurationMs {
  return lastAt === null ? 0 : Math.max(0, cooldownMs - ageMs(lastAt, now))
}

/** Exactly at the window's length it still counts. */
export function isInPolicyWindow(at: EpochMs, now: EpochMs, windowMs: DurationMs): boolean {
  return ageMs(at, now) <= windowMs
}

/** A clock that was set back leaves attempts in the future: they happened, so they count as just now. */
function ageMs(at: EpochMs, now: EpochMs): DurationMs {
  return Math.max(0, now - at)
}
