/** What is known of something that is read again and again, and how old that is. */
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { ProblemView } from '#web/problems.ts'

export interface StaleReason {
  /** Null while an answer is only late. */
  readonly problem: ProblemView | null
  readonly retryAt: EpochMs | null
}

export type Feed<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'live'; readonly value: T; readonly readAt: EpochMs }
  | { readonly kind: 'stale'; readonly value: T; readonly readAt: EpochMs; readonly why: StaleReason }
  | { readonly kind: 'failed'; readonly problem: ProblemView; readonly retryAt: EpochMs | null }

export interface Failure {
  readonly problem: ProblemView
  readonly retryAt: EpochMs | null
}

/** A failure never takes a value away: it says why the value gets old. */
export function afterFailure<T>(feed: Feed<T>, failure: Failure): Feed<T> {
  switch (feed.kind) {
    case 'loading':
    case 'failed':
      return { kind: 'failed', ...failure }
    case 'live':
      return feed
    case 'stale':
      return { ...feed, why: failure }
  }
}

/** Live data that got too old says so; `failure` is the last one since the value came. */
export function aged<T>(
  feed: Feed<T>,
  { now, limitMs, failure }: { now: EpochMs; limitMs: DurationMs; failure: Failure | null },
): Feed<T> {
  if (feed.kind !== 'live' || now - feed.readAt < limitMs) return feed
  return { ...feed, kind: 'stale', why: failure ?? { problem: null, retryAt: null } }
}

/** What is held, live or stale; null when nothing is. */
export function heldValue<T>(feed: Feed<T>): T | null {
  return feed.kind === 'live' || feed.kind === 'stale' ? feed.value : null
}
