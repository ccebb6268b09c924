import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Verdict } from '#domain/health/verdict.ts'
import type { HealthReading } from '#web/api/health-reading.ts'
import { messages } from '#web/messages.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'
import { useSystemStore } from '#web/stores/system.ts'

/** What the title, the icon and the header say in a word and a sentence. */
export interface Summary {
  readonly level: Verdict['level']
  readonly headline: string
}

export const useHealthStore = defineStore('health', () => {
  const system = useSystemStore()
  const feed = shallowRef<Feed<HealthReading>>({ kind: 'loading' })
  /** As the document told it, until the first answer. */
  const servedOut = shallowRef<readonly string[]>([])
  const reading = computed(() => heldValue(feed.value))

  /** The domain's verdict over the last answer, however old that is; null when none can be made. */
  const verdict = computed<Verdict | null>(() => {
    const held = feed.value
    if (held.kind === 'loading' || held.kind === 'failed') return null
    return held.value.verdict({ watchdogRunning: system.watchdogRunning })
  })

  /** Said by an answer of now: an old one, or an existing backend without a kill switch, takes nobody out. */
  const isOutOfService = computed(() => {
    const held = feed.value
    if (held.kind !== 'live' || held.value.health.kind !== 'read') return false
    return held.value.health.value.navigation?.engaged === true
  })

  /** By the last answer, however old: a page that was out of service is not tried again on a guess (SH5). */
  const routesOut = computed<readonly string[]>(() => {
    const told = reading.value?.health
    return (told?.kind === 'read' ? told.value.navigation?.routes : null) ?? servedOut.value
  })

  /** An old verdict is not a verdict about now. */
  const summary = computed<Summary>(() => {
    switch (feed.value.kind) {
      case 'loading':
        return { level: 'unknown', headline: messages.state.loading }
      case 'live':
        return verdict.value ?? { level: 'unknown', headline: messages.state.unreadable }
      case 'stale':
        return { level: 'unknown', headline: messages.state.agentSilent }
      case 'failed':
        return { level: 'unknown', headline: feed.value.problem.title }
    }
  })

  return {
    feed,
    reading,
    verdict,
    summary,
    isOutOfService,
    routesOut,
    acceptServedOut: (routes: readonly string[]) => {
      servedOut.value = routes
    },
    accept: (next: Feed<HealthReading>) => {
      feed.value = next
    },
  }
})
