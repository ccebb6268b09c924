import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { EpochMs } from '#domain/time.ts'
import type { ProblemView } from '#web/problems.ts'

/** What came of the last try to sign in, by form or link; the next try is possible from `nextAt` on. */
export const useSignInStore = defineStore('sign-in', () => {
  /** That the page was opened with. */
  const link = shallowRef<string | null>(null)
  const problem = shallowRef<ProblemView | null>(null)
  const nextAt = shallowRef<EpochMs>(0)
  return {
    link,
    problem,
    nextAt,
    refused: (why: ProblemView, now: EpochMs = Date.now()) => {
      problem.value = why
      // Where there is nothing to wait for, not even until the page's clock has ticked.
      nextAt.value = why.code === 'sign_in_slowed' ? now + (why.retryAfterMs ?? 0) : 0
    },
    begun: () => {
      problem.value = null
      nextAt.value = 0
    },
  }
})
