import { onScopeDispose } from 'vue'
import type { DurationMs } from '#domain/time.ts'
import type { AgentApi } from '#web/api/agent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import type { ServedText } from '#web/served-document.ts'
import { aged } from '#web/stores/feed.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useLiveStore } from '#web/stores/live.ts'
import { useSystemStore } from '#web/stores/system.ts'

const STALE_AFTER_MS: DurationMs = 5000

/** The target's health, which everybody may read; what came with the document is the first reading. */
export function usePublicFeed(served: ServedText | null = null): void {
  const api = useAgentApi()
  const health = useHealthStore()
  const live = useLiveStore()
  if (served !== null) useSnapshot(api, served)
  usePoll({
    read: api.health,
    feed: () => health.feed,
    accept: health.accept,
    staleAfterMs: STALE_AFTER_MS,
    wake: () => live.everything,
    isPushed: () => live.isUp,
  })
}

function useSnapshot(api: Pick<AgentApi, 'served'>, { text, readAt }: ServedText): void {
  const health = useHealthStore()
  const system = useSystemStore()
  let forget: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(forget))

  async function begin(): Promise<void> {
    const { reading, agentNow, watchdogRunning } = await api.served(text)
    if (health.feed.kind !== 'loading') return
    const now = Date.now()
    const limits = { now, limitMs: STALE_AFTER_MS, failure: null }
    system.acceptServed(watchdogRunning, { agentNow, readAt })
    // Nobody who is signed out reads it again; an old one is not believed.
    forget = setTimeout(() => system.forgetServed(), Math.max(0, readAt + STALE_AFTER_MS - now))
    health.accept(aged({ kind: 'live', value: reading, readAt }, limits))
  }

  // What cannot be read is read again by the first poll.
  begin().catch(() => {})
}
