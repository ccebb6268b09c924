import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { NavigationChanged } from '#domain/schemas/navigation-api.ts'
import type { NavigationWish } from '#web/api/agent-api.ts'
import { newKey } from '#web/new-key.ts'
import type { ProblemView } from '#web/problems.ts'
import { endOf, oneOwner } from '#web/stores/one-owner.ts'
import { useTypedWords } from '#web/stores/typed-words.ts'

export type SwitchAsking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'done'; readonly done: NavigationChanged }
  /** It may have been done: only the same change may be sent after it. */
  | { readonly kind: 'unanswered'; readonly problem: ProblemView; readonly wish: NavigationWish }
  | { readonly kind: 'failed'; readonly problem: ProblemView }

interface Intention {
  readonly key: string
  readonly wish: NavigationWish
}

/** A change of the kill switch; what was typed outlives the page, and does not pass to somebody else. */
export const useNavigationDesk = defineStore('navigation-desk', () => {
  /** A route's id; empty: all of them. */
  const what = ref('')
  const reason = ref('')
  const asking = shallowRef<SwitchAsking>({ kind: 'idle' })
  let intention: Intention | null = null

  useTypedWords().join({
    texts: () => ({ navigation: reason.value }),
    takeUp: ({ navigation = '' }) => {
      reason.value = navigation
    },
  })

  return {
    what,
    reason,
    asking,
    keepFor: oneOwner(() => {
      what.value = reason.value = ''
      asking.value = { kind: 'idle' }
      intention = null
    }),
    /** null: one is on its way. What had no answer is sent again as it was, whatever was typed since. */
    begin: (wish: NavigationWish): Intention | null => {
      if (asking.value.kind === 'sending') return null
      intention ??= { key: newKey(), wish }
      asking.value = { kind: 'sending' }
      return intention
    },
    done: (done: NavigationChanged) => {
      intention = null
      reason.value = ''
      asking.value = { kind: 'done', done }
    },
    failed: (problem: ProblemView) => {
      const end = endOf(problem)
      if (end === 'untold' && intention !== null) {
        asking.value = { kind: 'unanswered', problem, wish: intention.wish }
        return
      }
      intention = null
      asking.value = end === 'nothing' ? { kind: 'idle' } : { kind: 'failed', problem }
    },
    /** Whatever became of it: the page shows what is so now, and the next change is another one. */
    giveUp: () => {
      intention = null
      asking.value = { kind: 'idle' }
    },
  }
})
