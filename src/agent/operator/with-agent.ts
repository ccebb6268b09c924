import { HoldfastProblem } from '#domain/problems.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { AgentGone, findAgent, type AgentLine } from './agent-line.ts'
import { placeOf } from './operator-commands.ts'

/** For what only a running agent can do; the files alone are no way to it. */
export async function withAgent<T>(settings: Settings, act: (line: AgentLine) => Promise<T>): Promise<T> {
  const found = await findAgent(placeOf(settings))
  if (found.kind === 'none') throw new HoldfastProblem('agent_unreachable', found.why)
  try {
    return await act(found.line)
  } catch (error) {
    if (!(error instanceof AgentGone)) throw error
    throw new HoldfastProblem('agent_unreachable', error.message, { cause: error })
  }
}
