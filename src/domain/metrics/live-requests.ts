/**
 * The request metrics of a window that moves on (FC4): a tick costs what came and what went, whatever the window
 * holds. Exact, and the same figures as from the columns of that window.
 */
import { firstAfter, type MetricsWindow, type RequestColumns } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { DurationOrder } from '#domain/metrics/duration-order.ts'
import { LiveDurations } from '#domain/metrics/live-durations.ts'
import { readTally, tallyFailures } from '#domain/metrics/request-tally.ts'
import { failedAmong, type RequestMetrics, requestMetricsOf } from '#domain/metrics/requests.ts'
import { bucketFigures, type BucketFigures, type RequestSeries, seriesOf } from '#domain/metrics/series.ts'
import { type SloMetrics, sloMetricsOf } from '#domain/metrics/slo.ts'
import type { EpochMs } from '#domain/time.ts'

interface KnownBucket extends MetricsWindow {
  readonly figures: BucketFigures
}

export class LiveRequests {
  readonly #rowsMax: number
  readonly #all = new LiveDurations()
  readonly #failed = new LiveDurations()
  /** Of buckets whose end has come, by their start: only a late row changes them. */
  readonly #buckets = new Map<EpochMs, KnownBucket>()

  constructor(rowsMax: number) {
    this.#rowsMax = rowsMax
  }

  /**
   * They ascend, as in every page. Answers from when on rows are held where some had to be forgotten because the bound was
   * reached; else null.
   */
  add(rows: RequestColumns): EpochMs | null {
    this.#all.add(rows)
    this.#failed.add(failedAmong(rows))
    this.#forgetBuckets(({ to }) => to > (rows.t[0] as EpochMs))
    const { t } = this.#all.rows
    const excess = t.length - this.#rowsMax
    if (excess <= 0) return null
    // With all that share a time with the last of them: from there on every row is held.
    const last = t[excess - 1] as EpochMs
    const kept = t[firstAfter(t, last)] ?? last + 1
    this.#forgetRowsBefore(kept)
    return kept
  }

  forgetBefore(instant: EpochMs): void {
    this.#forgetRowsBefore(instant)
    this.#forgetBuckets(({ from }) => from < instant)
  }

  clear(): void {
    this.#all.clear()
    this.#failed.clear()
    this.#buckets.clear()
  }

  measure(window: MetricsWindow, config: MetricsConfig): RequestMetrics & SloMetrics {
    this.#all.moveTo(window)
    this.#failed.moveTo(window)
    const failures = tallyFailures(new DurationOrder(this.#failed.members), config)
    return {
      ...requestMetricsOf(readTally(this.#all.members, failures, config), window),
      ...sloMetricsOf(
        (part) => ({ count: this.#all.countIn(part), errors: this.#failed.countIn(part) }),
        window,
        config,
      ),
    }
  }

  /** Buckets lie on whole multiples of their width, and have ended. */
  series(buckets: readonly MetricsWindow[], gaps: readonly MetricsWindow[]): RequestSeries {
    return seriesOf(buckets, gaps, (bucket) => this.#figuresOf(bucket))
  }

  #figuresOf(bucket: MetricsWindow): BucketFigures {
    const known = this.#buckets.get(bucket.from)
    if (known?.to === bucket.to) return known.figures
    const figures = bucketFigures(this.#all.rows, this.#failed.countIn(bucket), bucket)
    this.#buckets.set(bucket.from, { ...bucket, figures })
    return figures
  }

  #forgetBuckets(isPast: (bucket: MetricsWindow) => boolean): void {
    for (const bucket of this.#buckets.values()) if (isPast(bucket)) this.#buckets.delete(bucket.from)
  }

  #forgetRowsBefore(instant: EpochMs): void {
    this.#all.forgetBefore(instant)
    this.#failed.forgetBefore(instant)
  }
}
