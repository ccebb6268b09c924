/** Brings raw pages to the worker and its figures to the store, while the view that needs them is open. */
import { onScopeDispose, watch } from 'vue'
import type { AgentApi } from '#web/api/agent-api.ts'
import { sampleReader } from '#web/composables/sample-reader.ts'
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
  const read = sampleReader({ api, compute })

  const { readNow } = usePoll({
    feed: () => store.feed,
    accept: store.accept,
    read: async (attempt) => {
      try {
        return await read(question(), attempt)
      } catch (error) {
        if (error instanceof WorkerDied) store.reportWorker(error.replaced ? 'replaced' : 'gone')
        throw error
      }
    },
  })
  watch(() => question().windowMs, readNow)
  onScopeDispose(() => compute.close())
}
