import { shallowRef, type ShallowRef } from 'vue'
import { usePoll, type PollOptions } from '#web/composables/use-poll.ts'
import type { Feed } from '#web/stores/feed.ts'

/** Something that only one view reads: its feed is the view's own, and is forgotten with it. */
export function useFeed<T>(options: Omit<PollOptions<T>, 'feed' | 'accept'>): {
  feed: Readonly<ShallowRef<Feed<T>>>
  readNow: () => void
} {
  const feed = shallowRef<Feed<T>>({ kind: 'loading' })
  const { readNow } = usePoll({
    ...options,
    feed: () => feed.value,
    accept: (next) => {
      feed.value = next
    },
  })
  return { feed, readNow }
}
