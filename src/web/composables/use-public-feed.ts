import { onScopeDispose } from 'vue'
import type { DurationMs } from '#domain/time.ts'
import type { AgentApi } from '#web/api/agent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import type { ServedText } from '#web/served-document.ts'
import { aged } from '#web/stores/feed.ts'
import { useHealthStore } from '#web/stores/health.ts'
import { useLiveStore } from '#web/stores/live.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { useSystemStore } from '#web/stores/system.ts'

const STALE_AFTER_MS: DurationMs = 5000

/** The target's health, which everybody may read; what came with the document is the first reading. Settles when that is read. */
export function usePublicFeed(served: ServedText | null = null): Promise<void> {
  const api = useAgentApi()
  const health = useHealthStore()
  const live = useLiveStore()
  const begun = served === null ? Promise.resolve() : useSnapshot(api, served)
  usePoll({
    read: api.health,
    feed: () => health.feed,
    accept: health.accept,
    staleAfterMs: STALE_AFTER_MS,
    wake: () => live.everything,
    isPushed: () => live.isUp,
  })
  return begun
}

function useSnapshot(api: Pick<AgentApi, 'served'>, { text, readAt }: ServedText): Promise<void> {
  const health = useHealthStore()
  const system = useSystemStore()
  const session = useSessionStore()
  let forget: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(forget))

  async function begin(): Promise<void> {
    const { reading, agentNow, watchdogRunning, visitor } = await api.served(text)
    if (health.feed.kind !== 'loading') return
    const now = Date.now()
    const limits = { now, limitMs: STALE_AFTER_MS, failure: null }
    system.acceptServed(watchdogRunning, { agentNow, readAt })
    // Nobody who is signed out reads it again; an old one is not believed.
    forget = setTimeout(() => system.forgetServed(), Math.max(0, readAt + STALE_AFTER_MS - now))
    health.accept(aged({ kind: 'live', value: reading, readAt }, limits))
    if (visitor === undefined || session.state.kind !== 'checking') return
    if (visitor === null) return session.settle({ kind: 'out', why: 'not_yet' })
    session.settle({ kind: 'in', session: visitor.session })
    system.accept(aged({ kind: 'live', value: { status: visitor.status, agentNow }, readAt }, limits))
  }

  // What cannot be read is read again by the first poll.
  return begin().catch(() => {})
}
