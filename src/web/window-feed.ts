import type { DurationMs } from '#domain/time.ts'
import type { Observation } from '#web/compute/protocol.ts'
import { messages } from '#web/messages.ts'
import type { Feed } from '#web/stores/feed.ts'

/** The same feed, where it speaks of the window that is chosen: figures of another one stand under no heading. */
export function windowFeed(feed: Feed<Observation>, windowMs: DurationMs): Feed<Observation> {
  if (feed.kind === 'loading' || feed.kind === 'failed') return feed
  if (feed.value.windowMs === windowMs && feed.value.charts !== null) return feed
  if (feed.kind === 'live') return { kind: 'loading' }
  return {
    kind: 'failed',
    problem: feed.why.problem ?? messages.problems.noAnswer,
    retryAt: feed.why.retryAt,
  }
}
