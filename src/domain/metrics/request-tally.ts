/** What the request metrics are made of, read from durations by bin (FC4). Every figure is exact. */
import type { DurationsByBin } from '#domain/metrics/duration-bins.ts'
import { type CountedDurations, DurationOrder } from '#domain/metrics/duration-order.ts'
import type { DurationMs } from '#domain/time.ts'

interface Zones {
  readonly satisfied: number
  readonly tolerating: number
}

export interface RequestTally extends Zones {
  readonly count: number
  readonly errors: number
  readonly slow: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

export interface FailureTally extends Zones {
  readonly total: number
}

export interface RequestLimits {
  readonly slowMs: DurationMs
  readonly apdexMs: DurationMs
}

export const TOLERATED_TIMES = 4

export function isServerError(status: number): boolean {
  return status >= 500
}

export function readTally(
  durations: DurationsByBin,
  failures: FailureTally,
  { slowMs, apdexMs }: RequestLimits,
): RequestTally {
  const order = new DurationOrder(durations)
  const { total } = order
  const { satisfied, tolerating } = zonesOf(order, apdexMs)
  return {
    count: total,
    errors: failures.total,
    slow: total - order.countUpTo(slowMs),
    // Who failed was not served, however short it took.
    satisfied: satisfied - failures.satisfied,
    tolerating: tolerating - failures.tolerating,
    p50: order.quantile(0.5),
    p95: order.quantile(0.95),
    p99: order.quantile(0.99),
    max: total === 0 ? null : order.valueAt(total - 1),
  }
}

export function tallyFailures(failed: CountedDurations, { apdexMs }: RequestLimits): FailureTally {
  return { total: failed.total, ...zonesOf(failed, apdexMs) }
}

function zonesOf(durations: CountedDurations, apdexMs: DurationMs): Zones {
  const satisfied = durations.countUpTo(apdexMs)
  return { satisfied, tolerating: durations.countUpTo(TOLERATED_TIMES * apdexMs) - satisfied }
}
