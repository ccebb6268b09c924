/**
 * Figures per stretch of time, for small charts. Buckets lie on whole multiples of their width, so that a
 * value does not change with each look while the window slides; the bucket that is still filling is left
 * out. A bucket that a gap touches has no value: a gap is a gap, never a bridge (IN3).
 */
import {
  type MetricsWindow,
  type PoolColumns,
  type ProbeColumns,
  type RequestColumns,
  spanIn,
  type TimedDurations,
} from '#domain/metrics/columns.ts'
import { durationsIn } from '#domain/metrics/duration-bins.ts'
import { DurationOrder } from '#domain/metrics/duration-order.ts'
import { highestSaturation } from '#domain/metrics/pool.ts'
import { type Probe, probesIn } from '#domain/metrics/probe.ts'
import { chained } from '#domain/metrics/request-pass.ts'
import { errorRatioOf, failuresIn, perSecond } from '#domain/metrics/requests.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

export type Series = readonly (number | null)[]

export interface RequestSeries {
  readonly ratePerS: Series
  readonly latencyMsP50: Series
  readonly latencyMsP95: Series
  readonly latencyMsP99: Series
  readonly errorRatio: Series
}

/** The worst that happened in a bucket. */
export type ProbeMark = 'ok' | 'degraded' | 'failed'

/** The last `count` whole buckets before `to`. */
export function bucketsBefore(to: EpochMs, widthMs: DurationMs, count: number): MetricsWindow[] {
  const end = Math.floor(to / widthMs) * widthMs
  return Array.from({ length: count }, (_, i) => ({
    from: end - (count - i) * widthMs,
    to: end - (count - i - 1) * widthMs,
  }))
}

export function requestSeries(
  columns: RequestColumns,
  buckets: readonly MetricsWindow[],
  gaps: readonly MetricsWindow[],
): RequestSeries {
  return seriesOf(buckets, gaps, (bucket) =>
    bucketFigures(columns, failuresIn(columns, spanIn(columns.t, bucket)).errors, bucket),
  )
}

type Row<Name extends string> = { readonly [Each in Name]: number | null }

/** One series for each name, from rows that have one value for each; a row of which nothing is known is null. */
export function seriesBy<Name extends string>(
  names: readonly Name[],
  rows: readonly (Row<Name> | null)[],
): { readonly [Each in Name]: Series } {
  const series = names.map((name) => [name, rows.map((row) => row && row[name])])
  return Object.fromEntries(series) as { [Each in Name]: Series }
}

export type BucketFigures = Row<keyof RequestSeries>

const REQUEST_SERIES = ['ratePerS', 'latencyMsP50', 'latencyMsP95', 'latencyMsP99', 'errorRatio'] as const

export function bucketFigures(columns: TimedDurations, errors: number, bucket: MetricsWindow): BucketFigures {
  const order = new DurationOrder(chained(durationsIn(columns, spanIn(columns.t, bucket))))
  const count = order.total
  return {
    ratePerS: perSecond(count, bucket),
    latencyMsP50: order.quantile(0.5),
    latencyMsP95: order.quantile(0.95),
    latencyMsP99: order.quantile(0.99),
    errorRatio: errorRatioOf({ count, errors }),
  }
}

export function seriesOf(
  buckets: readonly MetricsWindow[],
  gaps: readonly MetricsWindow[],
  figuresOf: (bucket: MetricsWindow) => BucketFigures,
): RequestSeries {
  return seriesBy(
    REQUEST_SERIES,
    buckets.map((bucket) => (touchesGap(bucket, gaps) ? null : figuresOf(bucket))),
  )
}

/** The highest saturation per bucket. */
export function poolSeries(columns: PoolColumns, buckets: readonly MetricsWindow[]): Series {
  return buckets.map((bucket) => highestSaturation(columns, bucket))
}

/** The worst probe per bucket; null where none was made. */
export function probeSeries(
  columns: ProbeColumns,
  buckets: readonly MetricsWindow[],
): readonly (ProbeMark | null)[] {
  return buckets.map((bucket) => worstOf(probesIn(columns, bucket)))
}

function worstOf(probes: readonly Probe[]): ProbeMark | null {
  if (probes.some(({ isOk }) => !isOk)) return 'failed'
  if (probes.some(({ isDegraded }) => isDegraded)) return 'degraded'
  return probes.length === 0 ? null : 'ok'
}

export function touchesGap(bucket: MetricsWindow, gaps: readonly MetricsWindow[]): boolean {
  return gaps.some((gap) => gap.from < bucket.to && bucket.from < gap.to)
}
