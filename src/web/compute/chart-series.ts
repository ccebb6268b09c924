/**
 * What the charts of a page draw, asked of the domain bucket by bucket; runs in the worker, which loads it
 * with the first question that wants it: the overview draws none of them.
 */
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
import { bucketsBefore } from '#domain/metrics/series.ts'
import { measureWorkers, type WorkerFigures } from '#domain/metrics/workers.ts'
import type { EpochMs } from '#domain/time.ts'
import type { ChartEvent, Observation, Question } from '#web/compute/protocol.ts'

/** More lines than that nobody tells apart. */
const WORKERS_DRAWN_MAX = 5
/** More marks than that are a wall; the newest are kept. */
const MARKS_MAX = 60

export interface ChartSources {
  readonly pool: PoolColumns
  readonly breaker: BreakerColumns
  readonly cache: CacheColumns
  readonly process: ProcessColumns
  readonly restartsAt: Column<EpochMs>
  readonly breakerGaps: readonly MetricsWindow[]
}

export type ChartsOf = typeof chartsOf

export function chartsOf(
  sources: ChartSources,
  to: EpochMs,
  { windowMs, bucketMs, config }: Question,
): Pick<Observation, 'charts' | 'workers'> {
  const { pool, breaker, cache, process, breakerGaps } = sources
  const { holdMs } = config
  const buckets = bucketsBefore(to, bucketMs, Math.floor(windowMs / bucketMs))
  const workers = measureWorkers(process, { from: to - windowMs, to }, config)
  const charts = {
    t: buckets.map(({ from }) => from),
    pool: poolCountSeries(pool, buckets, holdMs),
    breaker: breakerSeries(breaker, buckets, breakerGaps),
    cache: cacheSeries(cache, buckets),
    workers: workerSeries(process, buckets, { pids: largestPids(workers), holdMs }),
    marks: marksIn({ from: buckets[0]?.from ?? to, to }, sources),
  }
  return { charts, workers }
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
