/** What the charts of a page draw, asked of the domain bucket by bucket; runs in the worker. */
import type {
  BreakerColumns,
  CacheColumns,
  Column,
  MetricsWindow,
  PoolColumns,
  ProcessColumns,
} from '#domain/metrics/columns.ts'
import {
  breakerChanges,
  breakerSeries,
  cacheSeries,
  poolCountSeries,
  workerSeries,
} from '#domain/metrics/gauge-series.ts'
import type { WorkerFigures } from '#domain/metrics/workers.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { ChartEvent, ChartSeries } from '#web/compute/protocol.ts'

/** More lines than that nobody tells apart. */
const WORKERS_DRAWN_MAX = 5
/** More marks than that are a wall; the newest are kept. */
const MARKS_MAX = 60

interface ChartSources {
  readonly pool: PoolColumns
  readonly breaker: BreakerColumns
  readonly cache: CacheColumns
  readonly process: ProcessColumns
  readonly restartsAt: Column<EpochMs>
  readonly breakerGaps: readonly MetricsWindow[]
  readonly workers: readonly WorkerFigures[]
}

interface Stretch {
  readonly buckets: readonly MetricsWindow[]
  readonly to: EpochMs
  readonly holdMs: DurationMs
}

export function chartSeries(sources: ChartSources, { buckets, to, holdMs }: Stretch): ChartSeries {
  const { pool, breaker, cache, process, breakerGaps } = sources
  return {
    t: buckets.map(({ from }) => from),
    pool: poolCountSeries(pool, buckets, holdMs),
    breaker: breakerSeries(breaker, buckets, breakerGaps),
    cache: cacheSeries(cache, buckets),
    workers: workerSeries(process, buckets, { pids: largestPids(sources.workers), holdMs }),
    marks: marksIn({ from: buckets[0]?.from ?? to, to }, sources),
  }
}

function largestPids(workers: readonly WorkerFigures[]): number[] {
  const rssOf = ({ metrics }: WorkerFigures) => metrics['worker.rss_total_bytes'] ?? 0
  return workers
    .toSorted((one, other) => rssOf(other) - rssOf(one))
    .slice(0, WORKERS_DRAWN_MAX)
    .map(({ pid }) => pid)
    .toSorted((one, other) => one - other)
}

function marksIn(window: MetricsWindow, { breaker, restartsAt }: ChartSources): ChartEvent[] {
  const restarts = Array.from(restartsAt).filter((t) => t >= window.from && t < window.to)
  return [
    ...restarts.map((t) => ({ kind: 'restart' as const, t })),
    ...breakerChanges(breaker, window).map((change) => ({ kind: 'breaker' as const, ...change })),
  ]
    .toSorted((one, other) => one.t - other.t)
    .slice(-MARKS_MAX)
}
