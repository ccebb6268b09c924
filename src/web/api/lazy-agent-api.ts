/** The code behind the connection (HTTP and validation) is loaded beside the first paint, not before it. */
import type { AgentApi } from '#web/api/agent-api.ts'

export function lazyAgentApi(base: string = document.baseURI): AgentApi {
  let connected: Promise<AgentApi> | undefined
  /** A load that failed is tried anew by the next read. */
  const load = () =>
    (connected ??= import('#web/api/endpoints.ts')
      .then(({ connect }) => connect(base))
      .catch((error: unknown) => {
        connected = undefined
        throw error
      }))
  return {
    live: (hearer) => {
      let leave: (() => void) | null = () => {}
      void load().then(
        (api) => {
          if (leave !== null) leave = api.live(hearer)
        },
        () => {}, // The polls tell that a part of the console could not be loaded.
      )
      return () => {
        leave?.()
        leave = null
      }
    },
    auditPage: async (query, cursor, attempt) => (await load()).auditPage(query, cursor, attempt),
    verifyAudit: async (attempt) => (await load()).verifyAudit(attempt),
    logs: async (lines, attempt) => (await load()).logs(lines, attempt),
    users: async (attempt) => (await load()).users(attempt),
    sessions: async (attempt) => (await load()).sessions(attempt),
    endSession: async (id, proof) => (await load()).endSession(id, proof),
    config: async (attempt) => (await load()).config(attempt),
    contract: async (which, attempt) => (await load()).contract(which, attempt),
    served: async (text) => (await load()).served(text),
    health: async (attempt) => (await load()).health(attempt),
    left: (end) => {
      // Whoever has not read anything yet has not said that it is here.
      void connected?.then(
        (api) => api.left(end),
        () => {},
      )
    },
    handOver: async (typed, proof) => (await load()).handOver(typed, proof),
    status: async (attempt) => (await load()).status(attempt),
    workerStatus: async (attempt) => (await load()).workerStatus(attempt),
    gates: async (attempt) => (await load()).gates(attempt),
    restart: async (wish, proof) => (await load()).restart(wish, proof),
    say: async (word, proof) => (await load()).say(word, proof),
    navigation: async (attempt) => (await load()).navigation(attempt),
    changeNavigation: async (wish, proof) => (await load()).changeNavigation(wish, proof),
    classicPage: async (id) => (await load()).classicPage(id),
    session: async () => (await load()).session(),
    signIn: async (asked) => (await load()).signIn(asked),
    redeemLink: async (token) => (await load()).redeemLink(token),
    signOut: async (csrf) => (await load()).signOut(csrf),
    rawPage: async (place, attempt, streams) => (await load()).rawPage(place, attempt, streams),
  }
}
