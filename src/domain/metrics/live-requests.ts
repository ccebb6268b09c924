/**
 * The request metrics of a window that moves on (FC4): a tick costs what came and what went, whatever the window
 * holds. Exact, and the same figures as from the columns of that window.
 */
import {
  type Column,
  firstAtOrAfter,
  type MetricsWindow,
  type RequestColumns,
  spanIn,
} from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { LiveWindow } from '#domain/metrics/live-window.ts'
import { tallyOf } from '#domain/metrics/request-pass.ts'
import { isServerError, type RequestLimits } from '#domain/metrics/request-tally.ts'
import { type Failures, type RequestMetrics, requestMetricsOf } from '#domain/metrics/requests.ts'
import { ascending, RowStore } from '#domain/metrics/row-store.ts'
import { bucketFigures, type BucketFigures, type RequestSeries, seriesOf } from '#domain/metrics/series.ts'
import { type SloMetrics, sloMetricsOf } from '#domain/metrics/slo.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

export class LiveRequests {
  readonly #rowsMax: number
  readonly #rows = new RowStore<RequestColumns>({
    t: new Float64Array(),
    durationMs: new Float64Array(),
    status: new Uint16Array(),
  })
  #limits: RequestLimits = { slowMs: 0, apdexMs: 0 }
  #window = new LiveWindow(this.#rows, this.#limits)
  readonly #errorTimes = new RowStore({ t: new Float64Array() })
  /** Of buckets whose end has come, by their start: only a late row changes them. */
  #buckets = new Map<EpochMs, BucketFigures>()
  #bucketMs: DurationMs = 0

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  /** Answers from when on rows are held where some had to be forgotten because the bound was reached; else null. */
  add(columns: RequestColumns): EpochMs | null {
    const rows = ascending(columns)
    this.#rows.add(rows)
    this.#window.take(rows)
    this.#errorTimes.add({ t: errorTimesOf(rows, rows.t.length) })
    this.#forgetBuckets((from) => from + this.#bucketMs > (rows.t[0] as EpochMs))
    const excess = this.#rows.size - this.#rowsMax
    if (excess <= 0) return null
    this.#forget(excess)
    return this.#rows.columns().t[0] as number
  }

  forgetBefore(instant: EpochMs): void {
    this.#forget(firstAtOrAfter(this.#rows.columns().t, instant))
    this.#forgetBuckets((from) => from < instant)
  }

  clear(): void {
    this.#rows.clear()
    this.#buckets.clear()
    this.#errorTimes.clear()
    this.#window = new LiveWindow(this.#rows, this.#limits)
  }

  measure(window: MetricsWindow, config: MetricsConfig): RequestMetrics & SloMetrics {
    this.#obey(window, config)
    this.#window.moveTo(window)
    return {
      ...requestMetricsOf(this.#window.tally(), window),
      ...sloMetricsOf((part) => this.#failuresIn(part), window, config),
    }
  }

  /** Buckets lie on whole multiples of their width, and have ended. */
  series(buckets: readonly MetricsWindow[], gaps: readonly MetricsWindow[]): RequestSeries {
    const [first] = buckets
    if (first !== undefined && first.to - first.from !== this.#bucketMs) {
      this.#bucketMs = first.to - first.from
      this.#buckets.clear()
    }
    return seriesOf(buckets, gaps, (bucket) => this.#figuresOf(bucket))
  }

  #figuresOf(bucket: MetricsWindow): BucketFigures {
    const known = this.#buckets.get(bucket.from)
    if (known !== undefined) return known
    const rows = this.#rows.columns()
    const tally = tallyOf(rows, spanIn(rows.t, bucket), this.#limits)
    const figures = bucketFigures(tally, bucket)
    this.#buckets.set(bucket.from, figures)
    return figures
  }

  #forgetBuckets(isPast: (from: EpochMs) => boolean): void {
    for (const from of this.#buckets.keys()) if (isPast(from)) this.#buckets.delete(from)
  }

  #forget(count: number): void {
    this.#window.forget(count)
    this.#errorTimes.drop(errorTimesOf(this.#rows.columns(), count).length)
    this.#rows.drop(count)
  }

  /** What was counted by other limits, or of a later window, is counted anew. */
  #obey(window: MetricsWindow, { slowMs, apdexMs }: RequestLimits): void {
    const areSame = slowMs === this.#limits.slowMs && apdexMs === this.#limits.apdexMs
    if (areSame && this.#window.canMoveTo(window)) return
    this.#limits = { slowMs, apdexMs }
    this.#window = new LiveWindow(this.#rows, this.#limits)
  }

  #failuresIn(window: MetricsWindow): Failures {
    return { count: countIn(this.#rows, window), errors: countIn(this.#errorTimes, window) }
  }
}

function countIn(rows: RowStore<{ readonly t: Column<EpochMs> }>, window: MetricsWindow): number {
  const { start, end } = spanIn(rows.columns().t, window)
  return end - start
}

/** Of the first rows, so many. */
function errorTimesOf({ t, status }: RequestColumns, count: number): EpochMs[] {
  const times: EpochMs[] = []
  for (let i = 0; i < count; i += 1) if (isServerError(status[i] as number)) times.push(t[i] as number)
  return times
}
