import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { accountMessages } from '#web/messages-account.ts'
import { isSignedOut, problemView } from '#web/problems.ts'
import { useSessionStore } from '#web/stores/session.ts'

/** From wherever it is asked for; that it failed is said beside who is signed in. */
export function useSignOut(): () => Promise<void> {
  const api = useAgentApi()
  const session = useSessionStore()
  return async () => {
    try {
      await api.signOut(session.session?.csrf_token ?? '')
      session.settle({ kind: 'out', why: 'signed_out' })
    } catch (error) {
      if (isSignedOut(error)) session.settle({ kind: 'out', why: 'signed_out' })
      else session.signOutFailure = accountMessages.session.signOutFailed(problemView(error).title)
    }
  }
}
