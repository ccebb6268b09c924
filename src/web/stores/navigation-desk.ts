import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { NavigationChanged } from '#domain/schemas/navigation-api.ts'
import type { NavigationWish } from '#web/api/agent-api.ts'
import { newKey } from '#web/new-key.ts'
import { isUntold, type ProblemView } from '#web/problems.ts'

export type SwitchAsking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'done'; readonly done: NavigationChanged }
  /** It may have been done: only the same change may be sent after it. */
  | { readonly kind: 'unanswered'; readonly problem: ProblemView }
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
  let owner: string | null = null

  return {
    what,
    reason,
    asking,
    keepFor: (user: string) => {
      if (owner !== null && owner !== user) {
        what.value = reason.value = ''
        asking.value = { kind: 'idle' }
        intention = null
      }
      owner = user
    },
    takeUp: (unsent: string) => {
      reason.value = unsent
    },
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
      if (isUntold(problem)) {
        asking.value = { kind: 'unanswered', problem }
        return
      }
      intention = null
      asking.value = problem.code === 'sign_in_required' ? { kind: 'idle' } : { kind: 'failed', problem }
    },
  }
})
