/** The cache metrics (FC3): shares of what three counters grew by, resets included. */
import {
  type CacheColumns,
  type Column,
  type MetricsWindow,
  type Span,
  spanIn,
} from '#domain/metrics/columns.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'

type CacheMetricId = MetricFamily<'cache'>
export type CacheMetrics = MetricsOf<CacheMetricId>

export function measureCache(columns: CacheColumns, window: MetricsWindow): CacheMetrics {
  const { l1HitRate, l2HitRate, missRate } = cacheShares(columns, spanIn(columns.t, window))
  return {
    'cache.l1_hit_rate': l1HitRate,
    'cache.l2_hit_rate': l2HitRate,
    'cache.miss_rate': missRate,
  }
}

/** Of what was counted between the samples of a span, unrounded. */
export function cacheShares(columns: CacheColumns, span: Span) {
  const l1Hits = increase(columns.l1Hits, span)
  const l2Hits = increase(columns.l2Hits, span)
  const misses = increase(columns.misses, span)
  const lookups = l1Hits + l2Hits + misses
  const share = (own: number) => (lookups === 0 ? null : own / lookups)
  return {
    l1HitRate: share(l1Hits),
    l2HitRate: share(l2Hits),
    missRate: share(misses),
  }
}

/** What a counter grew by from sample to sample; one that fell started anew at zero. */
function increase(counter: Column<number>, { start, end }: Span): number {
  let sum = 0
  for (let i = start + 1; i < end; i += 1) {
    const before = counter[i - 1] as number
    const now = counter[i] as number
    sum += now < before ? now : now - before
  }
  return sum
}
