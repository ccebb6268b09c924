import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { WorkerReading } from '#web/api/agent-api.ts'
import { useAgentClock } from '#web/stores/agent-clock.ts'
import { type Feed, heldValue } from '#web/stores/feed.ts'

/** The watchdog's policy and the restart history, as the agent tells them to somebody who is about to act. */
export const useWorkerStore = defineStore('worker', () => {
  const clock = useAgentClock()
  const feed = shallowRef<Feed<WorkerReading>>({ kind: 'loading' })
  const reading = computed(() => heldValue(feed.value))
  return {
    feed,
    reading,
    accept: (next: Feed<WorkerReading>) => {
      if (next.kind === 'live' && next !== feed.value) clock.accept(next.value.agentNow, next.readAt)
      feed.value = next
    },
  }
})
