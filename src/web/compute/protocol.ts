/** What the page and its worker say to each other. */
import type { BreakerMetrics } from '#domain/metrics/breaker.ts'
import type {
  BreakerChange,
  CacheSeries,
  PoolCountSeries,
  WorkerSeries,
} from '#domain/metrics/gauge-series.ts'
import type { CacheMetrics } from '#domain/metrics/cache.ts'
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { PoolMetrics, PoolReading } from '#domain/metrics/pool.ts'
import type { ProbeMetrics } from '#domain/metrics/probe.ts'
import type { ProcessMetrics } from '#domain/metrics/processes.ts'
import type { RequestMetrics } from '#domain/metrics/requests.ts'
import type { RestartMetrics } from '#domain/metrics/restarts.ts'
import type { ProbeMark, RequestSeries, Series } from '#domain/metrics/series.ts'
import type { SloMetrics } from '#domain/metrics/slo.ts'
import type { WorkerFigures } from '#domain/metrics/workers.ts'
import type { RawGap } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/** What the view wants to know about what is held. */
export interface Question {
  readonly windowMs: DurationMs
  readonly bucketMs: DurationMs
  readonly config: MetricsConfig
  /** Whether a page with charts asks: the overview's curves need less. */
  readonly wantsCharts: boolean
}

/** One stream's part of the answer; a malformed one says why and leaves the others whole. */
export type Section<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** `reason` is that of the stream's gap (docs/adr/0016): null where the agent does not know the stream. */
  | { readonly kind: 'absent'; readonly reason: string | null }
  | { readonly kind: 'malformed'; readonly fault: string }

export interface RequestFindings {
  readonly metrics: RequestMetrics & SloMetrics
  readonly series: RequestSeries
  readonly observed: MetricsWindow
}

export interface PoolFindings {
  readonly metrics: PoolMetrics
  readonly series: Series
  readonly last: PoolReading | null
  /** Why nothing is known of the pool just now; null where it is. */
  readonly missing: string | null
}

/** What charts draw beside `RequestFindings.series`: one value per bucket, by the time at which a bucket begins. */
export interface ChartSeries {
  readonly t: readonly EpochMs[]
  readonly pool: PoolCountSeries
  readonly breaker: Series
  readonly cache: CacheSeries
  /** Those of `workers` that hold the most memory, by pid: more lines than that nobody tells apart. */
  readonly workers: readonly WorkerSeries[]
  readonly marks: readonly ChartEvent[]
}

/** What is marked on every chart. */
export type ChartEvent =
  | { readonly kind: 'restart'; readonly t: EpochMs }
  | ({ readonly kind: 'breaker' } & BreakerChange)

export interface ProbeFindings {
  readonly metrics: ProbeMetrics
  readonly marks: readonly (ProbeMark | null)[]
  readonly lastAt: EpochMs | null
}

/** Without a chart as yet. */
export interface Findings<Metrics> {
  readonly metrics: Metrics
  /** Why nothing is known of the stream just now; null where it is. */
  readonly missing: string | null
}

/** With metrics as they are calculated, until `settled` has rounded them. */
export interface Observation {
  readonly cursor: string
  /** The agent's clock when it made the page. */
  readonly agentNow: EpochMs
  readonly requests: Section<RequestFindings>
  readonly pool: Section<PoolFindings>
  readonly breaker: Section<Findings<BreakerMetrics>>
  readonly cache: Section<Findings<CacheMetrics>>
  readonly process: Section<Findings<ProcessMetrics>>
  readonly probe: Section<ProbeFindings>
  readonly restarts: Section<Findings<RestartMetrics>>
  /** Each living worker by itself; empty where no chart is asked for. */
  readonly workers: readonly WorkerFigures[]
  readonly charts: ChartSeries | null
  /** How long the window is of which all this speaks. */
  readonly windowMs: DurationMs
  readonly gaps: readonly RawGap[]
}

export interface Page {
  /** As they came: the main thread never parses them. */
  readonly bytes: ArrayBuffer
  /** It begins the window anew: what is held must not be counted twice. */
  readonly fresh: boolean
}

export interface TakePage {
  readonly id: number
  readonly page: Page
  readonly question: Question
}

export interface WorkerAnswer {
  readonly id: number
  readonly taken: Observation | Malformed
}

/** A page of which nothing can be believed. */
export interface Malformed {
  readonly fault: string
}
