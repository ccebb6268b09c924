import type { AgentApi, NavigationWish, OperatorWord, RestartWish } from '#web/api/agent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { isSignedOut } from '#web/problems.ts'
import { useSessionStore } from '#web/stores/session.ts'

type Reads = Pick<
  AgentApi,
  | 'status'
  | 'rawPage'
  | 'workerStatus'
  | 'auditPage'
  | 'verifyAudit'
  | 'logs'
  | 'users'
  | 'sessions'
  | 'config'
  | 'navigation'
  | 'contract'
  | 'gates'
>

/** With the token of whoever is signed in when it is sent. */
interface Changes {
  restart(
    wish: RestartWish,
    marks: { readonly key: string; readonly seen: string },
  ): ReturnType<AgentApi['restart']>
  endSession(id: string, marks: { readonly key: string }): ReturnType<AgentApi['endSession']>
  changeNavigation(
    wish: NavigationWish,
    marks: { readonly key: string },
  ): ReturnType<AgentApi['changeNavigation']>
  say(word: OperatorWord, marks: { readonly key: string }): ReturnType<AgentApi['say']>
}

/** What only somebody who is signed in may ask; a session that has ended is noticed by whichever asks first. */
export function useSignedInApi(): Reads & Changes {
  const api = useAgentApi()
  const session = useSessionStore()
  const csrf = () => session.session?.csrf_token ?? ''

  async function noticed<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      if (isSignedOut(error)) session.ended()
      throw error
    }
  }

  return {
    status: (attempt) => noticed(api.status(attempt)),
    rawPage: (place, attempt, streams) => noticed(api.rawPage(place, attempt, streams)),
    workerStatus: (attempt) => noticed(api.workerStatus(attempt)),
    gates: (attempt) => noticed(api.gates(attempt)),
    auditPage: (query, cursor, attempt) => noticed(api.auditPage(query, cursor, attempt)),
    verifyAudit: (attempt) => noticed(api.verifyAudit(attempt)),
    logs: (lines, attempt) => noticed(api.logs(lines, attempt)),
    users: (attempt) => noticed(api.users(attempt)),
    sessions: (attempt) => noticed(api.sessions(attempt)),
    config: (attempt) => noticed(api.config(attempt)),
    endSession: (id, marks) => noticed(api.endSession(id, { ...marks, csrf: csrf() })),
    contract: (which, attempt) => noticed(api.contract(which, attempt)),
    navigation: (attempt) => noticed(api.navigation(attempt)),
    changeNavigation: (wish, marks) => noticed(api.changeNavigation(wish, { ...marks, csrf: csrf() })),
    restart: (wish, marks) => noticed(api.restart(wish, { ...marks, csrf: csrf() })),
    say: (word, marks) => noticed(api.say(word, { ...marks, csrf: csrf() })),
  }
}
