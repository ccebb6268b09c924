import { fetchHealth, fetchStatus } from '#web/api/endpoints.ts'
import { useClient } from '#web/composables/use-client.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useSystemStore } from '#web/stores/system.ts'

/** What every page of the console needs: the target's health, and who watches it. */
export function useCoreFeeds(): void {
  const client = useClient()
  const health = useHealthStore()
  const system = useSystemStore()
  usePoll({ read: (attempt) => fetchHealth(client, attempt), feed: () => health.feed, accept: health.accept })
  usePoll({ read: (attempt) => fetchStatus(client, attempt), feed: () => system.feed, accept: system.accept })
}
