import type { DurationMs, EpochMs } from '#domain/time.ts'

interface Holding {
  readonly to: EpochMs
  readonly holdMs: DurationMs
}

/**
 * Sample and hold: a sample speaks until the next one, at most `holdMs`, and never past `to`. Answers for how many
 * seconds those samples were held that `counts` picks out; null without any sample.
 */
export function heldS<Sample extends { readonly t: EpochMs }>(
  samples: readonly Sample[],
  { to, holdMs }: Holding,
  counts: (sample: Sample) => boolean,
): number | null {
  if (samples.length === 0) return null
  const heldMs = (sample: Sample, place: number) =>
    Math.min(samples[place + 1]?.t ?? to, sample.t + holdMs) - sample.t
  const totalMs = samples.reduce(
    (sum, sample, place) => (counts(sample) ? sum + heldMs(sample, place) : sum),
    0,
  )
  return totalMs / 1000
}

/** How many of the last samples, without one between them of which it is not so. */
export function runAtEnd<Sample>(samples: readonly Sample[], isSo: (sample: Sample) => boolean): number {
  return samples.length - 1 - samples.findLastIndex((sample) => !isSo(sample))
}
