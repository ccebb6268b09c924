/**
 * The request metrics of a window that moves on (FC4): a tick costs what came and what went, whatever the window
 * holds. Exact, and the same figures as from the columns of that window.
 */
import type { MetricsWindow, RequestColumns } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { DurationIndex } from '#domain/metrics/duration-index.ts'
import { tallyOf } from '#domain/metrics/request-pass.ts'
import { FailureCounts, isServerError, readTally, type RequestTally } from '#domain/metrics/request-tally.ts'
import { type Failures, type RequestMetrics, requestMetricsOf } from '#domain/metrics/requests.ts'
import { RowStore } from '#domain/metrics/row-store.ts'
import { bucketFigures, type BucketFigures, type RequestSeries, seriesOf } from '#domain/metrics/series.ts'
import { SlidingSpan } from '#domain/metrics/sliding-span.ts'
import { burnSpans, type SloMetrics, sloMetricsOf } from '#domain/metrics/slo.ts'
import { SortedTimes } from '#domain/metrics/sorted-times.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

type Limits = Pick<MetricsConfig, 'slowMs' | 'apdexMs'>

export class LiveRequests {
  readonly #rowsMax: number
  #rows = new RowStore()
  #limits: Limits = { slowMs: 0, apdexMs: 0 }
  #window = this.#newWindow()
  #errorTimes = new SortedTimes()
  /** Of buckets whose end has come, by their width and start: only a late row changes them. */
  #buckets = new Map<EpochMs, BucketFigures>()
  #bucketMs: DurationMs = 0

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  /** Answers from when on rows are held where some had to be forgotten because the bound was reached; else null. */
  add(columns: RequestColumns): EpochMs | null {
    const rows = this.#rows.add(columns)
    this.#window.span.take(rows)
    this.#errorTimes.add(this.#errorTimesOf(rows))
    for (const row of rows) this.#buckets.delete(this.#bucketOf(this.#rows.t[row] as number))
    const excess = this.#rows.size - this.#rowsMax
    if (excess <= 0) return null
    this.#forget(excess)
    return this.#rows.timeAt(0)
  }

  forgetBefore(instant: EpochMs): void {
    this.#forget(this.#rows.firstAtOrAfter(instant))
    for (const from of this.#buckets.keys()) if (from < instant) this.#buckets.delete(from)
  }

  clear(): void {
    this.#rows = new RowStore()
    this.#buckets.clear()
    this.#errorTimes = new SortedTimes()
    this.#window = this.#newWindow()
  }

  measure(window: MetricsWindow, config: MetricsConfig): RequestMetrics & SloMetrics {
    this.#obey(config)
    this.#window.span.moveTo(window)
    const { last5m, lastHour } = burnSpans(window)
    const failures = { last5m: this.#failuresIn(last5m), lastHour: this.#failuresIn(lastHour) }
    return {
      ...requestMetricsOf(this.#window.tally(), window),
      ...sloMetricsOf(failures, config),
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
    const start = this.#rows.firstAtOrAfter(bucket.from)
    const columns = this.#rows.columns(start, this.#rows.firstAtOrAfter(bucket.to))
    const tally = tallyOf(columns, { start: 0, end: columns.t.length }, this.#limits)
    const figures = bucketFigures(tally, bucket)
    this.#buckets.set(bucket.from, figures)
    return figures
  }

  #bucketOf(t: EpochMs): EpochMs {
    return Math.floor(t / this.#bucketMs) * this.#bucketMs
  }

  #forget(count: number): void {
    this.#window.span.forget(count)
    this.#errorTimes.forget(this.#errorTimesOf(this.#rows.oldest(count)).length)
    this.#rows.drop(count)
  }

  /** What was counted by other limits is counted anew. */
  #obey({ slowMs, apdexMs }: Limits): void {
    if (slowMs === this.#limits.slowMs && apdexMs === this.#limits.apdexMs) return
    this.#limits = { slowMs, apdexMs }
    this.#window = this.#newWindow()
  }

  #failuresIn(window: MetricsWindow): Failures {
    const count = this.#rows.firstAtOrAfter(window.to) - this.#rows.firstAtOrAfter(window.from)
    return { count, errors: this.#errorTimes.countIn(window) }
  }

  #errorTimesOf(rows: Int32Array): EpochMs[] {
    const times: EpochMs[] = []
    for (const row of rows) {
      if (isServerError(this.#rows.status[row] as number)) times.push(this.#rows.t[row] as number)
    }
    return times
  }

  #newWindow(): { span: SlidingSpan; tally: () => RequestTally } {
    const rows = this.#rows
    const limits = this.#limits
    const index = new DurationIndex(rows)
    const failures = new FailureCounts()
    const count = (row: number, by: 1 | -1) => {
      if (isServerError(rows.status[row] as number))
        failures.count(rows.durationMs[row] as number, limits, by)
    }
    const span = new SlidingSpan(rows, {
      enter: (row) => {
        index.add(row)
        count(row, 1)
      },
      leave: (row) => {
        index.remove(row)
        count(row, -1)
      },
    })
    const tally = () => readTally(index, failures, limits)
    return { span, tally }
  }
}
