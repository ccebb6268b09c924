import { shallowRef, type ShallowRef } from 'vue'
import type { LogsPage } from '#domain/schemas/logs.ts'
import type { DurationMs } from '#domain/time.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'

/** Nothing tells of a new line; a reader's eye is no faster. */
const INTERVAL_MS: DurationMs = 2000
const STALE_AFTER_MS: DurationMs = 8000

/** The ends of the logs, read again and again while the page is open. */
export function useLogs(lines: () => number): Readonly<ShallowRef<Feed<LogsPage>>> {
  const api = useSignedInApi()
  const feed = shallowRef<Feed<LogsPage>>({ kind: 'loading' })
  usePoll({
    read: async (attempt) => sameOr(heldValue(feed.value), await api.logs(lines(), attempt)),
    feed: () => feed.value,
    accept: (next) => {
      feed.value = next
    },
    intervalMs: INTERVAL_MS,
    staleAfterMs: STALE_AFTER_MS,
    wake: lines,
  })
  return feed
}

/** Mostly nothing was written since: then hundreds of rows need not be made anew. */
function sameOr(held: LogsPage | null, read: LogsPage): LogsPage {
  return JSON.stringify(held) === JSON.stringify(read) && held !== null ? held : read
}
