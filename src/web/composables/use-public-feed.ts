import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useLiveStore } from '#web/stores/live.ts'

/** The target's health, which everybody may read. */
export function usePublicFeed(): void {
  const api = useAgentApi()
  const health = useHealthStore()
  const live = useLiveStore()
  usePoll({
    read: api.health,
    feed: () => health.feed,
    accept: health.accept,
    wake: () => live.everything,
    isPushed: () => live.isUp,
  })
}
