import type { Column, Span } from '#domain/metrics/columns.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

interface Samples {
  readonly t: Column<EpochMs>
  readonly span: Span
  readonly to: EpochMs
  readonly holdMs: DurationMs
}

/**
 * Sample and hold: a sample speaks until the next one, at most `holdMs`, and never past `to`. Answers for how many
 * seconds the samples were held that `counts` picks out; one of which it says null is as if it were not there.
 */
export function heldS({ t, span, to, holdMs }: Samples, counts: (place: number) => boolean | null): number {
  let totalMs: DurationMs = 0
  let until = to
  // Backwards, so that the next speaking sample is known when a sample is reached.
  for (let i = span.end - 1; i >= span.start; i -= 1) {
    const isCounted = counts(i)
    if (isCounted === null) continue
    const since = t[i] as number
    if (isCounted) totalMs += Math.min(until, since + holdMs) - since
    until = since
  }
  return totalMs / 1000
}
