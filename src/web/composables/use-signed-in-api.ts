import type { AgentApi } from '#web/api/agent-api.ts'
import { useAgentApi } from '#web/composables/use-agent-api.ts'
import { isSignedOut } from '#web/problems.ts'
import { useSessionStore } from '#web/stores/session.ts'

/** What only somebody who is signed in may read; a session that has ended is noticed by whichever read comes first. */
export function useSignedInApi(): Pick<AgentApi, 'status' | 'rawPage'> {
  const api = useAgentApi()
  const session = useSessionStore()

  async function noticed<T>(read: Promise<T>): Promise<T> {
    try {
      return await read
    } catch (error) {
      if (isSignedOut(error)) session.ended()
      throw error
    }
  }

  return {
    status: (attempt) => noticed(api.status(attempt)),
    rawPage: (place, attempt) => noticed(api.rawPage(place, attempt)),
  }
}
