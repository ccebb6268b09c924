import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { reaches, type LeastRole } from '#domain/access/roles.ts'
import type { SessionView } from '#domain/schemas/access-api.ts'

export type SessionState =
  /** Before the first answer. */
  | { readonly kind: 'checking' }
  /** The agent does not say: the pages show what they can, and why they can't. */
  | { readonly kind: 'untold' }
  | { readonly kind: 'out'; readonly why: 'not_yet' | 'ended' | 'signed_out' }
  | { readonly kind: 'in'; readonly session: SessionView }

/** Who is signed in on this page, as the agent tells it. */
export const useSessionStore = defineStore('session', () => {
  const state = shallowRef<SessionState>({ kind: 'checking' })
  const session = computed(() => (state.value.kind === 'in' ? state.value.session : null))
  const isOut = computed(() => state.value.kind === 'out')
  /** Why the last sign-out failed. */
  const signOutFailure = shallowRef<string | null>(null)
  const settle = (next: SessionState) => {
    state.value = next
    signOutFailure.value = null
  }
  return {
    state,
    session,
    isOut,
    settle,
    signOutFailure,
    /** A read was refused for want of a session. */
    ended: () => {
      if (state.value.kind !== 'out')
        settle({ kind: 'out', why: state.value.kind === 'in' ? 'ended' : 'not_yet' })
    },
    /** Where nothing is known of who asks, nothing is hidden: the agent decides. */
    may: (least: LeastRole) => {
      if (state.value.kind === 'out') return least === 'public'
      return session.value === null || reaches(session.value.role, least)
    },
  }
})
