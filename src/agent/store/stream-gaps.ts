/**
 * Where a stream has no data although the agent was there (IN3): from when, until when, and why. What could not be
 * seen is said instead of bridged. Bounded: of too many, the two oldest become one, which then says too much of a
 * stretch that is nearly out of sight, and never too little.
 */
import type { GapReason, RawGap } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'

interface StreamGap {
  readonly from: EpochMs
  readonly to: EpochMs
  /** A `GapReason`; on a disk another release may have written others. */
  readonly reason: string
}

/** An hour of a target that answers every second time has more; then the early ones run together. */
const GAPS_LIMIT = 1000
const SEVERAL: GapReason = 'several'

export class StreamGaps {
  readonly #ended: StreamGap[] = []
  #open: Omit<StreamGap, 'to'> | null = null

  /** Goes on where it has begun for the same reason; another reason begins another gap. */
  begin(at: EpochMs, reason: GapReason): void {
    if (this.#open?.reason === reason) return
    this.end(at)
    this.#open = { from: at, reason }
  }

  /** One that is over: of an earlier life. */
  add({ from, to, reason = SEVERAL }: Omit<RawGap, 'stream'>): void {
    this.#keep({ from, to, reason })
  }

  end(at: EpochMs): void {
    if (this.#open !== null && at > this.#open.from) this.#keep({ ...this.#open, to: at })
    this.#open = null
  }

  /** Their parts inside a window; one that has not ended reaches to its end. */
  within(from: EpochMs, to: EpochMs): StreamGap[] {
    const all = this.#open === null ? this.#ended : [...this.#ended, { ...this.#open, to }]
    return all
      .map((gap) => ({ ...gap, from: Math.max(from, gap.from), to: Math.min(to, gap.to) }))
      .filter((gap) => gap.from < gap.to)
  }

  #keep(gap: StreamGap): void {
    this.#ended.push(gap)
    if (this.#ended.length <= GAPS_LIMIT) return
    const [first, second] = this.#ended.splice(0, 2) as [StreamGap, StreamGap]
    const reason = first.reason === second.reason ? first.reason : SEVERAL
    this.#ended.unshift({ from: first.from, to: second.to, reason })
  }
}
