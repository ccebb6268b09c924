/**
 * Requests of a stretch of time as counts by bin: what a window of days is made of (FC4). They can be added up, and
 * the figures come from the same rules as the exact ones; only that each duration stands for itself to within its
 * bin, so that no quantile is more than `HISTOGRAM_ERROR` of itself away from the exact one, and a threshold moves by
 * no more than that. Counts, and with them rate and error ratio, stay exact.
 */
import { invariant } from '../invariant.ts'
import { type RequestColumns, type Span } from './columns.ts'
import { BIN_COUNT, binOf, type DurationsByBin, middleOf } from './duration-bins.ts'
import { DurationOrder } from './duration-order.ts'
import {
  isServerError,
  readTally,
  type RequestLimits,
  type RequestTally,
  tallyFailures,
} from './request-tally.ts'

// By the bits of a double in memory. The browser's worker need not ask: it reads no frame that lies otherwise (block.ts).
invariant(new Uint8Array(new Uint32Array([1]).buffer)[0] === 1, 'numbers lie with their lowest byte first')

/** Half the width of a bin, against the smallest duration in it; from a microsecond to 70 minutes. */
export const HISTOGRAM_ERROR = 1 / 128

export class RequestHistogram {
  readonly #all = new BinCounts()
  readonly #failed = new BinCounts()

  static of({ durationMs, status }: Pick<RequestColumns, 'durationMs' | 'status'>, { start, end }: Span) {
    const histogram = new RequestHistogram()
    for (let i = start; i < end; i += 1) {
      histogram.addRequest(durationMs[i] as number, status[i] as number)
    }
    return histogram
  }

  get total(): number {
    return this.#all.total
  }

  addRequest(durationMs: number, status: number): void {
    this.add(binOf(durationMs), 1, isServerError(status) ? 1 : 0)
  }

  add(bin: number, count: number, failed: number): void {
    this.#all.add(bin, count)
    this.#failed.add(bin, failed)
  }

  /** The bins that are not empty, in their order. */
  *rows(): Iterable<{ bin: number; count: number; failed: number }> {
    for (let bin = 0; bin < BIN_COUNT; bin += 1) {
      const count = this.#all.counts[bin] as number
      if (count > 0) yield { bin, count, failed: this.#failed.counts[bin] as number }
    }
  }

  tally(limits: RequestLimits): RequestTally {
    return readTally(this.#all, tallyFailures(new DurationOrder(this.#failed), limits), limits)
  }
}

/** One value for each that was counted, as if all of a bin had taken just as long. */
class BinCounts implements DurationsByBin {
  readonly counts = new Int32Array(BIN_COUNT)
  total = 0

  add(bin: number, count: number): void {
    this.counts[bin] = (this.counts[bin] as number) + count
    this.total += count
  }

  copyBin(bin: number, into: Float64Array): void {
    into.fill(middleOf(bin), 0, this.counts[bin])
  }
}
