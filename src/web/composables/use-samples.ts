/** Brings raw pages to the worker and its figures to the store, while the view that needs them is open. */
import { onScopeDispose, watch } from 'vue'
import type { AgentApi } from '#web/api/agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import type { Question } from '#web/compute/protocol.ts'
import { type ComputeClient, createComputeClient } from '#web/compute/worker-client.ts'
import { WorkerDied } from '#web/problems.ts'
import { useSamplesStore } from '#web/stores/samples.ts'

export function useSamples(
  api: Pick<AgentApi, 'rawPage'>,
  question: () => Question,
  { compute = createComputeClient() }: { compute?: ComputeClient } = {},
): void {
  const store = useSamplesStore()
  let cursor: string | null = null
  /** How far back the worker's samples reach: a longer window begins anew. */
  let heldMs = 0

  const { readNow } = usePoll({
    feed: () => store.feed,
    accept: store.accept,
    read: async (attempt) => {
      const asked = question()
      if (asked.windowMs > heldMs) cursor = null
      const place = cursor === null ? { windowMs: asked.windowMs } : { cursor }
      const bytes = await api.rawPage(place, attempt)
      try {
        const observation = await compute.take({ bytes, fresh: cursor === null }, asked)
        if (cursor === null) heldMs = asked.windowMs
        cursor = observation.cursor
        return observation
      } catch (error) {
        // A new worker holds nothing, a malformed page leads nowhere: begin again with the whole window.
        cursor = null
        if (error instanceof WorkerDied) store.reportWorker(error.replaced ? 'replaced' : 'gone')
        throw error
      }
    },
  })
  watch(() => question().windowMs, readNow)
  onScopeDispose(() => compute.close())
}
