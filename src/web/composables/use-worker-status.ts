import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { aged } from '#web/stores/feed.ts'
import { useLiveStore } from '#web/stores/live.ts'
import { useWorkerStore } from '#web/stores/worker.ts'
import type { DurationMs } from '#domain/time.ts'

const STALE_AFTER_MS: DurationMs = 5000

/** Reads the watchdog's state while a page that needs it is open. */
export function useWorkerStatus(): void {
  const api = useSignedInApi()
  const worker = useWorkerStore()
  const live = useLiveStore()
  // Nobody has asked since the last such page was left: what it left behind may be old.
  worker.accept(aged(worker.feed, { now: Date.now(), limitMs: STALE_AFTER_MS, failure: null }))
  usePoll({
    read: api.workerStatus,
    feed: () => worker.feed,
    accept: worker.accept,
    staleAfterMs: STALE_AFTER_MS,
    wake: () => [live.everything, live.policy],
    isPushed: () => live.isUp,
  })
}
