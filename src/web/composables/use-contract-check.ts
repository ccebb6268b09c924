import { onScopeDispose, shallowRef } from 'vue'
import type { DurationMs } from '#domain/time.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { problemView, type ProblemView } from '#web/problems.ts'
import { useContractStore } from '#web/stores/contract.ts'

/** The agent keeps a check for half a minute; to ask more often brings nothing. */
const INTERVAL_MS: DurationMs = 15_000
const STALE_AFTER_MS: DurationMs = 45_000

export type Again =
  | { readonly kind: 'idle' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly problem: ProblemView }

/** Reads the check while a page that needs it is open; `again` has one made that begins now. */
export function useContractCheck() {
  const api = useSignedInApi()
  const contract = useContractStore()
  const again = shallowRef<Again>({ kind: 'idle' })
  const running = new AbortController()
  onScopeDispose(() => running.abort())
  usePoll({
    read: (attempt) => api.contract('kept', attempt),
    feed: () => contract.feed,
    accept: contract.accept,
    intervalMs: INTERVAL_MS,
    hiddenIntervalMs: 4 * INTERVAL_MS,
    staleAfterMs: STALE_AFTER_MS,
  })

  async function checkAgain(): Promise<void> {
    again.value = { kind: 'busy' }
    try {
      const value = await api.contract('anew', { signal: running.signal, onRetry: () => {} })
      contract.accept({ kind: 'live', value, readAt: Date.now() })
      again.value = { kind: 'idle' }
    } catch (error) {
      if (!running.signal.aborted) again.value = { kind: 'failed', problem: problemView(error) }
    }
  }

  return { again, checkAgain }
}
