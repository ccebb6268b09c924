import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useSystemStore } from '#web/stores/system.ts'

/** What every page of the console needs: the target's health, and who watches it. */
export function useCoreFeeds(): void {
  const api = useAgentApi()
  const health = useHealthStore()
  const system = useSystemStore()
  usePoll({ read: api.health, feed: () => health.feed, accept: health.accept })
  usePoll({ read: api.status, feed: () => system.feed, accept: system.accept })
}
