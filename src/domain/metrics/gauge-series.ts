/**
 * Per stretch of time, what is sampled and held: pool, breaker, cache, memory of each worker. A sample speaks
 * for the stretches after it as long as the contract lets it (`hold_s`), so that a slow pace is no gap.
 */
import {
  type BreakerColumns,
  type CacheColumns,
  firstAfter,
  firstAtOrAfter,
  type MetricsWindow,
  type PoolColumns,
  type ProcessColumns,
  spanIn,
} from '#domain/metrics/columns.ts'
import { BREAKER_STATES } from '#domain/metrics/breaker.ts'
import { cacheShares } from '#domain/metrics/cache.ts'
import { readingAt } from '#domain/metrics/pool.ts'
import { type Series, seriesBy, touchesGap } from '#domain/metrics/series.ts'
import type { CircuitState } from '#domain/schemas/health.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

type Buckets = readonly MetricsWindow[]

export interface PoolCountSeries {
  readonly checkedOut: Series
  readonly maxCapacity: Series
}

/** The most connections checked out, and what the pool could hold then. */
export function poolCountSeries(columns: PoolColumns, buckets: Buckets, holdMs: DurationMs): PoolCountSeries {
  const readings = buckets.map((bucket) => {
    const fullest = fullestIn(columns, bucket, holdMs)
    return fullest === null ? null : readingAt(columns, fullest)
  })
  return seriesBy(['checkedOut', 'maxCapacity'], readings)
}

function fullestIn(columns: PoolColumns, bucket: MetricsWindow, holdMs: DurationMs): number | null {
  const { t, checkedOut, maxCapacity } = columns
  const { start, end } = spanIn(t, bucket)
  // A sample without a capacity is no sample (METRICS).
  const speaks = (place: number) => (maxCapacity[place] as number) > 0
  let fullest: number | null = null
  for (let i = start; i < end; i += 1) {
    const isFuller = fullest === null || (checkedOut[i] as number) > (checkedOut[fullest] as number)
    if (speaks(i) && isFuller) fullest = i
  }
  if (fullest !== null) return fullest
  for (let i = start - 1; i >= 0 && (t[i] as number) + holdMs > bucket.from; i -= 1) if (speaks(i)) return i
  return null
}

/** From harmless to harmful; the place in this list is what a chart draws. */
export const BREAKER_LEVELS = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const satisfies readonly CircuitState[]

/** The worst state per bucket, as its place in `BREAKER_LEVELS`. */
export function breakerSeries(columns: BreakerColumns, buckets: Buckets, gaps: Buckets): Series {
  return buckets.map((bucket) => (touchesGap(bucket, gaps) ? null : worstState(columns, bucket)))
}

function worstState({ t, state }: BreakerColumns, bucket: MetricsWindow): number | null {
  const first = Math.max(0, firstAfter(t, bucket.from) - 1)
  let worst: number | null = null
  for (let i = first; i < t.length && (t[i] as number) < bucket.to; i += 1) {
    worst = Math.max(worst ?? 0, BREAKER_LEVELS.indexOf(wordOf(state[i])))
  }
  return worst
}

function wordOf(place: number | undefined): CircuitState {
  return BREAKER_STATES[place as number] as CircuitState
}

export interface BreakerChange {
  readonly t: EpochMs
  readonly to: CircuitState
}

/** Transitions inside a window; what only repeats the state before it is none. */
export function breakerChanges({ t, state }: BreakerColumns, window: MetricsWindow): BreakerChange[] {
  const changes: BreakerChange[] = []
  const { start, end } = spanIn(t, window)
  for (let i = start; i < end; i += 1) {
    if (i > 0 && state[i] !== state[i - 1]) changes.push({ t: t[i] as number, to: wordOf(state[i]) })
  }
  return changes
}

export interface CacheSeries {
  readonly l1HitRate: Series
  readonly l2HitRate: Series
  readonly missRate: Series
}

/** The shares of what was counted up to the last sample of a bucket, from the last one before it. */
export function cacheSeries(columns: CacheColumns, buckets: Buckets): CacheSeries {
  const shares = buckets.map((bucket) => {
    const { start, end } = spanIn(columns.t, bucket)
    const widthMs = bucket.to - bucket.from
    // An older one would put into this bucket what was counted long before it.
    const isNear = start > 0 && (columns.t[start - 1] as number) >= bucket.from - widthMs
    return cacheShares(columns, { start: isNear ? start - 1 : start, end })
  })
  return seriesBy(['l1HitRate', 'l2HitRate', 'missRate'], shares)
}

export interface WorkerSeries {
  readonly pid: number
  readonly rssBytes: Series
}

/** The memory of given workers, as the last reading of each bucket has it; a worker that it lacks has none. */
export function workerSeries(
  columns: ProcessColumns,
  buckets: Buckets,
  { pids, holdMs }: { pids: readonly number[]; holdMs: DurationMs },
): WorkerSeries[] {
  const readings = buckets.map((bucket) => lastReading(columns, bucket, holdMs))
  return pids.map((pid) => ({ pid, rssBytes: readings.map((reading) => reading.get(pid) ?? null) }))
}

function lastReading(
  { t, pid, rssBytes }: ProcessColumns,
  bucket: MetricsWindow,
  holdMs: DurationMs,
): Map<number, number> {
  const reading = new Map<number, number>()
  const last = firstAtOrAfter(t, bucket.to) - 1
  if (last < 0 || (t[last] as number) + holdMs <= bucket.from) return reading
  for (let i = last; i >= 0 && t[i] === t[last]; i -= 1) reading.set(pid[i] as number, rssBytes[i] as number)
  return reading
}
