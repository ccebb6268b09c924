import type { Column, Span } from '#domain/metrics/columns.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/**
 * Sample and hold: a sample speaks until the next one, at most `holdMs`, and never past `to`. Answers how
 * long the samples that `counts` picks out were held; `speaks` leaves a sample out as if it were not there.
 */
export function heldMs(input: {
  t: Column<EpochMs>
  span: Span
  to: EpochMs
  holdMs: DurationMs
  speaks: (index: number) => boolean
  counts: (index: number) => boolean
}): DurationMs {
  let total = 0
  let until = input.to
  // Backwards, so that the next speaking sample is known when a sample is reached.
  for (let i = input.span.end - 1; i >= input.span.start; i -= 1) {
    if (!input.speaks(i)) continue
    const since = input.t[i] as number
    if (input.counts(i)) total += Math.min(until, since + input.holdMs) - since
    until = since
  }
  return total
}
