import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Rung } from '#domain/journal/events.ts'
import type { EpochMs } from '#domain/time.ts'
import type { RestartWish } from '#web/api/agent-api.ts'
import { newKey } from '#web/new-key.ts'
import type { ProblemView } from '#web/problems.ts'
import { endOf, oneOwner } from '#web/stores/one-owner.ts'
import { useTypedWords } from '#web/stores/typed-words.ts'

export type Asking =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  /** It may have been recorded: only the same request may be sent after it. */
  | { readonly kind: 'unanswered'; readonly problem: ProblemView }
  | { readonly kind: 'refused'; readonly problem: ProblemView; readonly at: EpochMs }
  | { readonly kind: 'accepted'; readonly requestId: string; readonly acceptedAt: EpochMs }

/** One press of the button, however often it has to be sent (WD17). */
export interface Intention {
  readonly key: string
  readonly wish: RestartWish
  readonly seen: string
}

/**
 * A restart being asked for. What was typed outlives the page, which goes when a session ends in the middle of a
 * sentence; it does not pass to somebody else who signs in.
 */
export const useRestartDesk = defineStore('restart-desk', () => {
  const rung = ref<Rung>('reload')
  const reason = ref('')
  const typedName = ref('')
  const passesPreflight = ref(false)
  const isOverriding = ref(false)
  const asking = shallowRef<Asking>({ kind: 'idle' })
  const intention = shallowRef<Intention | null>(null)

  function clearText() {
    reason.value = typedName.value = ''
    passesPreflight.value = isOverriding.value = false
  }

  useTypedWords().join({
    texts: () => ({ reason: reason.value, typedName: typedName.value }),
    takeUp: (kept) => {
      if ((kept.reason ?? '') === '' && (kept.typedName ?? '') === '') return
      reason.value = kept.reason ?? ''
      typedName.value = kept.typedName ?? ''
      isOverriding.value = true
    },
  })

  return {
    rung,
    reason,
    typedName,
    passesPreflight,
    isOverriding,
    asking,
    intention,
    keepFor: oneOwner(() => {
      clearText()
      rung.value = 'reload'
      asking.value = { kind: 'idle' }
      intention.value = null
    }),
    /** null: one is on its way, and a second press is the same. */
    begin: (wish: RestartWish, seen: string): Intention | null => {
      if (asking.value.kind === 'sending') return null
      intention.value ??= { key: newKey(), wish, seen }
      asking.value = { kind: 'sending' }
      return intention.value
    },
    accepted: (requestId: string, acceptedAt: EpochMs) => {
      intention.value = null
      asking.value = { kind: 'accepted', requestId, acceptedAt }
      clearText()
    },
    failed: (problem: ProblemView) => {
      const end = endOf(problem)
      if (end === 'untold') {
        asking.value = { kind: 'unanswered', problem }
        return
      }
      intention.value = null
      asking.value = end === 'nothing' ? { kind: 'idle' } : { kind: 'refused', problem, at: Date.now() }
    },
    close: () => {
      asking.value = { kind: 'idle' }
    },
  }
})
