import type { MetricValue } from '#domain/metrics/contract.ts'
import type { DurationMs } from '#domain/time.ts'

/** A figure's value and what is to be said about its age. */
export type Reading =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live'; readonly value: MetricValue; readonly ageMs: DurationMs }
  | { readonly kind: 'stale'; readonly value: MetricValue; readonly ageMs: DurationMs; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
