/**
 * An operator's command reaches the agent where one runs, and else works on the files alone: break-glass needs no
 * agent (SE7). The journal has one writer: the agent while it lives, else whoever holds the desk. An agent that
 * ends in the middle leaves it to the command, which asks again under the same key, so that nothing is said twice.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { systemClock } from '#agent/system/clock.ts'
import { logFromCommand } from '#agent/system/log.ts'
import { AgentGone, findAgent, type AgentLine } from './agent-line.ts'
import { tryOpenDesk, type Desk } from './desk.ts'

const LOOK_MS: DurationMs = 50
/** An agent that starts or ends, and other commands, are through by then. */
const WAIT_MS: DurationMs = 10_000

export interface OperatorPlace {
  readonly runtimeDir: string
  readonly stateDir: string
}

export async function throughAgentOrFiles<T>(
  place: OperatorPlace,
  ways: { viaAgent: (line: AgentLine) => Promise<T>; viaFiles: (desk: Desk) => Promise<T> },
): Promise<T> {
  const end = systemClock.monotonicNow() + WAIT_MS
  for (;;) {
    const answer = await askAgent(place, ways.viaAgent)
    if (answer.kind === 'said') return answer.said
    const desk = await tryOpenDesk({ ...place, tell: logFromCommand })
    if (desk !== null) return ways.viaFiles(desk).finally(() => desk.close())
    if (systemClock.monotonicNow() > end) {
      const detail = `${answer.why}; and another process holds the operators' journal (${place.stateDir}/operators.pid)`
      throw new HoldfastProblem('agent_unreachable', detail)
    }
    await pause(LOOK_MS)
  }
}

async function askAgent<T>(
  place: OperatorPlace,
  viaAgent: (line: AgentLine) => Promise<T>,
): Promise<{ kind: 'said'; said: T } | { kind: 'none'; why: string }> {
  const found = await findAgent(place)
  if (found.kind === 'none') return found
  try {
    return { kind: 'said', said: await viaAgent(found.line) }
  } catch (error) {
    if (error instanceof AgentGone) return { kind: 'none', why: error.message }
    throw error
  }
}
