/** Reads the gates while their page is open: they change when somebody runs them, not by themselves. */
import { shallowRef, type ShallowRef } from 'vue'
import type { DurationMs } from '#domain/time.ts'
import type { GatesReading } from '#web/api/agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import type { Feed } from '#web/stores/feed.ts'
import { useLiveStore } from '#web/stores/live.ts'

const EVERY_MS: DurationMs = 5_000
const STALE_AFTER_MS: DurationMs = 20_000

export function useGates(): ShallowRef<Feed<GatesReading>> {
  const api = useSignedInApi()
  const live = useLiveStore()
  const feed = shallowRef<Feed<GatesReading>>({ kind: 'loading' })
  usePoll({
    read: api.gates,
    feed: () => feed.value,
    accept: (next) => {
      feed.value = next
    },
    intervalMs: EVERY_MS,
    staleAfterMs: STALE_AFTER_MS,
    wake: () => [live.everything, live.audit],
  })
  return feed
}
