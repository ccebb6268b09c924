/**
 * The metrics of restarts and their policy (FC3). They look back from the end of the window, past its
 * beginning; an attempt after the end is not seen. Age, window and cooldown are the policy's own rules.
 */
import { type Column, firstAfter, type RestartColumns } from '#domain/metrics/columns.ts'
import type { RestartLimits } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { wholeSeconds } from '#domain/policy/policy-blocks.ts'
import { cooldownLeft, isInPolicyWindow } from '#domain/policy/restarts.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

type RestartMetricId = MetricFamily<'restart'> | MetricFamily<'policy'>
export type RestartMetrics = MetricsOf<RestartMetricId>

export function measureRestarts(columns: RestartColumns, to: EpochMs, limits: RestartLimits): RestartMetrics {
  const { tRequested } = columns
  const seen = firstAfter(tRequested, to)
  const inWindow = countInWindow(tRequested, seen, to, limits.windowMs)
  const lastAt = seen === 0 ? null : (tRequested[seen - 1] as number)
  return {
    'restart.count_in_window': inWindow,
    'restart.budget_left': Math.max(0, limits.retryBudget - inWindow),
    'restart.max_churn': mostWithin(tRequested, seen, limits.windowMs),
    'restart.mttr_s': secondsToRecover(columns, seen),
    'restart.mtbf_s': secondsBetween(tRequested, seen),
    'policy.cooldown_remaining_s': wholeSeconds(cooldownLeft(limits.cooldownMs, lastAt, to)),
  }
}

function countInWindow(t: Column<EpochMs>, seen: number, to: EpochMs, windowMs: DurationMs): number {
  let count = 0
  while (count < seen && isInPolicyWindow(t[seen - 1 - count] as number, to, windowMs)) count += 1
  return count
}

/** The most attempts in any closed span: one that ends with an attempt is as good as any other. */
function mostWithin(t: Column<EpochMs>, seen: number, windowMs: DurationMs): number {
  let most = 0
  let oldest = 0
  for (let newest = 0; newest < seen; newest += 1) {
    while (!isInPolicyWindow(t[oldest] as number, t[newest] as number, windowMs)) oldest += 1
    most = Math.max(most, newest - oldest + 1)
  }
  return most
}

function secondsToRecover({ tRequested, tCompleted, success }: RestartColumns, seen: number): number | null {
  let recovered = 0
  let took = 0
  for (let i = 0; i < seen; i += 1) {
    if (success[i] !== 1) continue
    recovered += 1
    took += (tCompleted[i] as number) - (tRequested[i] as number)
  }
  return recovered === 0 ? null : took / recovered / 1000
}

/** The gaps between neighbours add up to the time from the first to the last. */
function secondsBetween(t: Column<EpochMs>, seen: number): number | null {
  if (seen < 2) return null
  return ((t[seen - 1] as number) - (t[0] as number)) / (seen - 1) / 1000
}
