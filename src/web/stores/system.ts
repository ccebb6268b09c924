import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { EpochMs } from '#domain/time.ts'
import type { StatusReading } from '#web/api/agent-api.ts'
import { useAgentClock } from '#web/stores/agent-clock.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'

/** The agent, its target and the watchdog, as the agent tells it. */
export const useSystemStore = defineStore('system', () => {
  const clock = useAgentClock()
  const feed = shallowRef<Feed<StatusReading>>({ kind: 'loading' })
  const status = computed(() => heldValue(feed.value)?.status ?? null)
  /** As the document told it, until the first answer. */
  const served = shallowRef<boolean | null>(null)
  /** Null when that is not known right now: an old answer does not say that it still runs. */
  const watchdogRunning = computed(() => {
    if (feed.value.kind === 'loading') return served.value
    return feed.value.kind === 'live' ? feed.value.value.status.watchdog.running : null
  })
  return {
    feed,
    status,
    watchdogRunning,
    accept: (next: Feed<StatusReading>) => {
      if (next.kind === 'live' && next !== feed.value) clock.accept(next.value.agentNow, next.readAt)
      feed.value = next
    },
    acceptServed: (
      running: boolean | null,
      { agentNow, readAt }: { readonly agentNow: EpochMs; readonly readAt: EpochMs },
    ) => {
      clock.accept(agentNow, readAt)
      served.value = running
    },
    forgetServed: () => {
      served.value = null
    },
  }
})
