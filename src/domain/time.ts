/**
 * Two kinds of number that must never meet: an instant on the wall clock, and a length of time.
 * The domain reads no clock; whoever calls it passes `now`.
 */
export type EpochMs = number & { readonly __epochMs?: never }
export type DurationMs = number & { readonly __durationMs?: never }
