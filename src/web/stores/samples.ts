import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Observation } from '#web/compute/protocol.ts'
import { useAgentClock } from '#web/stores/agent-clock.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'

/** The figures over the raw samples, and whether what computes them is well. */
export const useSamplesStore = defineStore('samples', () => {
  const clock = useAgentClock()
  const feed = shallowRef<Feed<Observation>>({ kind: 'loading' })
  const observation = computed(() => heldValue(feed.value))
  const workerNotice = shallowRef<'replaced' | 'gone' | null>(null)
  return {
    feed,
    observation,
    workerNotice,
    accept: (next: Feed<Observation>) => {
      if (next.kind === 'live' && next !== feed.value) clock.accept(next.value.agentNow, next.readAt)
      feed.value = next
    },
    reportWorker: (notice: 'replaced' | 'gone') => {
      workerNotice.value = notice
    },
  }
})
