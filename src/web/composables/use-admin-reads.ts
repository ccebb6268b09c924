import type { ShallowRef } from 'vue'
import type { ConfigView, SessionList, UserList } from '#domain/schemas/admin-view.ts'
import { useFeed } from '#web/composables/use-feed.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import type { Feed } from '#web/stores/feed.ts'

const PACE = { intervalMs: 5000, staleAfterMs: 15_000 } as const

interface AdminReads {
  readonly sessions: Readonly<ShallowRef<Feed<SessionList>>>
  readonly users: Readonly<ShallowRef<Feed<UserList>>>
  readonly config: Readonly<ShallowRef<Feed<ConfigView>>>
  readonly readSessions: () => void
}

/** Each by itself: one that cannot be read leaves the others whole. */
export function useAdminReads(): AdminReads {
  const api = useSignedInApi()
  const sessions = useFeed({ read: api.sessions, ...PACE })
  const { feed: users } = useFeed({ read: api.users, ...PACE })
  const { feed: config } = useFeed({ read: api.config, ...PACE })
  return { sessions: sessions.feed, users, config, readSessions: sessions.readNow }
}
