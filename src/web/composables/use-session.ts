/**
 * Finds out who is signed in, when the page is loaded without having been told (`begun`), and after the agent could not be asked; and redeems a sign-in link
 * that the page was opened with (SE2).
 */
import { onScopeDispose } from 'vue'
import { useRouter } from 'vue-router'
import type { DurationMs } from '#domain/time.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { isSignedOut, problemView } from '#web/problems.ts'
import { takeSignInLink } from '#web/sign-in-link.ts'
import { useSessionStore } from '#web/stores/session.ts'
import { useSignInStore } from '#web/stores/sign-in.ts'

const ASK_AGAIN_MS: DurationMs = 2000

export function useSession({
  begun = Promise.resolve(),
  page = window,
}: { begun?: Promise<void>; page?: Window } = {}): void {
  const api = useAgentApi()
  const session = useSessionStore()
  const signIn = useSignInStore()
  const router = useRouter()
  let again: ReturnType<typeof setTimeout> | undefined

  async function ask(): Promise<void> {
    try {
      session.settle({ kind: 'in', session: await api.session() })
    } catch (error) {
      if (isSignedOut(error)) return session.settle({ kind: 'out', why: 'not_yet' })
      if (session.state.kind === 'checking') session.settle({ kind: 'untold' })
      again = setTimeout(() => void askWhileUntold(), ASK_AGAIN_MS)
    }
  }

  /** Another read may have told meanwhile. */
  async function askWhileUntold(): Promise<void> {
    if (session.state.kind === 'untold') await ask()
  }

  async function askUnlessTold(): Promise<void> {
    if (session.state.kind === 'checking') await ask()
  }

  async function redeem(token: string): Promise<void> {
    try {
      session.settle({ kind: 'in', session: await api.redeemLink(token) })
    } catch (error) {
      signIn.refused(problemView(error))
      // Whoever was signed in before still is.
      await ask()
    }
  }

  /** Put into the address of a page that is open already, where the router has seen it. */
  function onHash(): void {
    const token = takeSignInLink(page)
    if (token === null) return
    void router.replace({ ...router.currentRoute.value, hash: '' })
    void redeem(token)
  }

  void (signIn.link === null ? begun.then(askUnlessTold) : redeem(signIn.link))
  page.addEventListener('hashchange', onHash)
  onScopeDispose(() => {
    clearTimeout(again)
    page.removeEventListener('hashchange', onHash)
  })
}
