/**
 * Two kinds of number that must never meet: an instant on the wall clock, and a length of time.
 * The domain reads no clock; whoever calls it passes `now`.
 */
export type EpochMs = number & { readonly __epochMs?: never }
export type DurationMs = number & { readonly __durationMs?: never }

/** The promised outside form of an instant: ISO 8601 in UTC, to the millisecond. */
export function isoText(at: EpochMs): string {
  return new Date(at).toISOString()
}

/** The same for a number that somebody may have tampered with, which may be no instant. */
export function utcText(at: number): string {
  return Number.isNaN(new Date(at).getTime()) ? 'no time' : isoText(at)
}
