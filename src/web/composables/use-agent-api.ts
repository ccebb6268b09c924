import { inject, type InjectionKey } from 'vue'
import { invariant } from '#domain/invariant.ts'
import type { AgentApi } from '#web/api/agent-api.ts'

export const AGENT_API: InjectionKey<AgentApi> = Symbol('agent-api')

/** The one connection, and with it the one owner of retries. */
export function useAgentApi(): AgentApi {
  const api = inject(AGENT_API)
  invariant(api !== undefined, 'main.ts provides the connection to the agent')
  return api
}
