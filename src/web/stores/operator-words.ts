import { defineStore } from 'pinia'
import { reactive, shallowReactive } from 'vue'
import type { OperatorWord } from '#web/api/agent-api.ts'
import { newKey } from '#web/new-key.ts'
import type { ProblemView } from '#web/problems.ts'
import { endOf, oneOwner } from '#web/stores/one-owner.ts'
import { useTypedWords } from '#web/stores/typed-words.ts'

export type WordKind = OperatorWord['kind']

export type WordState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending' }
  | { readonly kind: 'recorded'; readonly by: string }
  /** `reason`: what is sent again, whatever was typed since. */
  | { readonly kind: 'unanswered'; readonly problem: ProblemView; readonly reason: string }
  | { readonly kind: 'failed'; readonly problem: ProblemView }

interface Intention {
  readonly key: string
  readonly word: OperatorWord
}

const KINDS = ['release', 'pause', 'resume'] as const satisfies readonly WordKind[]

/** Release, pause and resume: what was typed for each outlives the page, as with a restart. */
export const useOperatorWords = defineStore('operator-words', () => {
  const reasons = reactive<Record<WordKind, string>>({ release: '', pause: '', resume: '' })
  const states = shallowReactive<Record<WordKind, WordState>>({
    release: { kind: 'idle' },
    pause: { kind: 'idle' },
    resume: { kind: 'idle' },
  })
  const intentions: Record<WordKind, Intention | null> = { release: null, pause: null, resume: null }

  useTypedWords().join({
    texts: () => ({ ...reasons }),
    takeUp: (kept) => {
      for (const kind of KINDS) reasons[kind] = kept[kind] ?? reasons[kind]
    },
  })

  return {
    reasons,
    states,
    keepFor: oneOwner(() => {
      for (const kind of KINDS) {
        reasons[kind] = ''
        states[kind] = { kind: 'idle' }
        intentions[kind] = null
      }
    }),
    /** null: it is on its way. What had no answer is sent again as it was, whatever was typed since. */
    begin: (word: OperatorWord): Intention | null => {
      const { kind } = word
      if (states[kind].kind === 'sending') return null
      states[kind] = { kind: 'sending' }
      const intention = intentions[kind] ?? { key: newKey(), word }
      intentions[kind] = intention
      return intention
    },
    recorded: (kind: WordKind, by: string) => {
      intentions[kind] = null
      reasons[kind] = ''
      states[kind] = { kind: 'recorded', by }
    },
    failed: (kind: WordKind, problem: ProblemView) => {
      const end = endOf(problem)
      if (end === 'untold') {
        states[kind] = { kind: 'unanswered', problem, reason: intentions[kind]?.word.reason ?? '' }
        return
      }
      intentions[kind] = null
      states[kind] = end === 'nothing' ? { kind: 'idle' } : { kind: 'failed', problem }
    },
  }
})
