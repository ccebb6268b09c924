import { shallowRef, type ShallowRef } from 'vue'
import type { ConfigView, SessionList, UserList } from '#domain/schemas/admin-view.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Attempt } from '#web/api/agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import type { Feed } from '#web/stores/feed.ts'

const INTERVAL_MS: DurationMs = 5000
const STALE_AFTER_MS: DurationMs = 15_000

interface AdminReads {
  readonly sessions: Readonly<ShallowRef<Feed<SessionList>>>
  readonly users: Readonly<ShallowRef<Feed<UserList>>>
  readonly config: Readonly<ShallowRef<Feed<ConfigView>>>
  readonly readSessions: () => void
}

/** Each by itself: one that cannot be read leaves the others whole. */
export function useAdminReads(): AdminReads {
  const api = useSignedInApi()
  const sessions = followed(api.sessions)
  const users = followed(api.users)
  const config = followed(api.config)
  return { sessions: sessions.feed, users: users.feed, config: config.feed, readSessions: sessions.readNow }
}

function followed<T>(read: (attempt: Attempt) => Promise<T>) {
  const feed = shallowRef<Feed<T>>({ kind: 'loading' })
  const { readNow } = usePoll({
    read,
    feed: () => feed.value,
    accept: (next) => {
      feed.value = next
    },
    intervalMs: INTERVAL_MS,
    staleAfterMs: STALE_AFTER_MS,
  })
  return { feed, readNow }
}
