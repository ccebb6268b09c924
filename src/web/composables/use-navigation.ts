/** The kill switch while its page is open, and one change of it at a time. */
import { shallowRef, type ShallowRef } from 'vue'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import type { DurationMs } from '#domain/time.ts'
import type { NavigationWish } from '#web/api/agent-api.ts'
import { usePoll } from '#web/composables/use-poll.ts'
import { useSignedInApi } from '#web/composables/use-signed-in-api.ts'
import { problemView } from '#web/problems.ts'
import type { Feed } from '#web/stores/feed.ts'
import { useLiveStore } from '#web/stores/live.ts'
import { useNavigationDesk } from '#web/stores/navigation-desk.ts'

const EVERY_MS: DurationMs = 2_000
const STALE_AFTER_MS: DurationMs = 8_000

interface Navigation {
  readonly feed: Readonly<ShallowRef<Feed<NavigationReport>>>
  change(wish: NavigationWish): Promise<void>
}

export function useNavigation(): Navigation {
  const api = useSignedInApi()
  const live = useLiveStore()
  const desk = useNavigationDesk()
  const feed = shallowRef<Feed<NavigationReport>>({ kind: 'loading' })
  const { readNow } = usePoll({
    read: api.navigation,
    feed: () => feed.value,
    accept: (next) => {
      feed.value = next
    },
    intervalMs: EVERY_MS,
    staleAfterMs: STALE_AFTER_MS,
    wake: () => [live.everything, live.audit],
  })

  async function change(wish: NavigationWish): Promise<void> {
    const intention = desk.begin(wish)
    if (intention === null) return
    try {
      desk.done(await api.changeNavigation(intention.wish, { key: intention.key }))
    } catch (error) {
      desk.failed(problemView(error))
    } finally {
      readNow()
    }
  }

  return { feed, change }
}
