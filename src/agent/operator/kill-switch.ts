/**
 * The kill switch from the host (SH3, SE7): through the agent where it answers, else on the files alone. Engaging works
 * whatever is broken: an agent that hangs, a journal that cannot be written. It then says what is missing.
 */
import { randomUUID } from 'node:crypto'
import type { RouteId } from '#domain/navigation/manifest.ts'
import { navigationViewOf } from '#domain/navigation/view.ts'
import { HoldfastProblem, type ProblemCode } from '#domain/problems.ts'
import {
  navigationChanged,
  navigationReport,
  type NavigationChanged,
  type NavigationReport,
  type NavigationView,
} from '#domain/schemas/navigation-api.ts'
import type { DurationMs } from '#domain/time.ts'
import { changeNavigation } from '#agent/navigation/change-navigation.ts'
import { readSwitch, type SwitchDirectories } from '#agent/navigation/switch-files.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { logFromCommand } from '#agent/system/log.ts'
import { dataOf } from './agent-line.ts'
import type { Desk } from './desk.ts'
import { localActor } from './local-actor.ts'
import { placeOf } from './operator-commands.ts'
import { throughAgentOrFiles } from './reach.ts'
import { withAgent } from './with-agent.ts'

/** Far below the target time of a rollback (SH7): an agent that hangs must not use that up. */
const AGENT_MS: DurationMs = 3_000

/** What may be broken on the day on which this is needed. A refusal is not among it, nor a wrong request. */
const BROKEN: ReadonlySet<ProblemCode> = new Set([
  'agent_unreachable',
  'directory_unusable',
  'state_unreadable',
  'state_unwritable',
  'switch_unwritable',
  'internal',
])

export interface SwitchWish {
  readonly engaged: boolean
  readonly route: RouteId | null
  readonly reason: string
}

export interface SwitchChanged extends NavigationChanged {
  readonly via: 'agent' | 'files'
}

export async function changeSwitch(settings: Settings, wish: SwitchWish): Promise<SwitchChanged> {
  const requestId = randomUUID()
  const onFiles = async (desk: Desk | null): Promise<SwitchChanged> => {
    const place = { directories: directoriesOf(settings), clock: systemClock }
    const actor = localActor()
    const done = await changeNavigation(desk, place, { ...wish, requestId, actor, releaser: 'host' })
    return { ...done, via: 'files' }
  }
  try {
    return await throughAgentOrFiles<SwitchChanged>(placeOf(settings), {
      viaAgent: async (line) => {
        const answer = await line.put('/admin/api/navigation', wish, requestId, AGENT_MS)
        return { ...dataOf(answer, navigationChanged), via: 'agent' }
      },
      viaFiles: onFiles,
    })
  } catch (error) {
    if (!wish.engaged || !(error instanceof HoldfastProblem) || !BROKEN.has(error.code)) throw error
    const done = await onFiles(null)
    logFromCommand('warning', 'the kill switch is engaged, and not recorded', { wish, by: done.by })
    return { ...done, notes: [...done.notes, error.message] }
  }
}

/** null: no agent has told. */
export type SwitchStatus = NavigationView & {
  readonly [part in 'proof' | 'rollback']: NavigationReport[part] | null
}

/** The files are what counts, whoever runs: nobody has to be asked. */
export function readSwitchView(settings: Settings): NavigationView {
  return navigationViewOf(readSwitch(directoriesOf(settings)))
}

/** Who has left only the agent knows. */
export async function readSwitchStatus(settings: Settings): Promise<SwitchStatus> {
  const told = await withAgent(settings, async (line) =>
    dataOf(await line.get('/admin/api/navigation', AGENT_MS), navigationReport),
  ).catch((error: unknown) => {
    if (error instanceof HoldfastProblem) return null
    throw error
  })
  return { ...readSwitchView(settings), proof: told?.proof ?? null, rollback: told?.rollback ?? null }
}

function directoriesOf(settings: Settings): SwitchDirectories {
  const { stateDir, runtimeDir } = placeOf(settings)
  return { state: stateDir, runtime: runtimeDir }
}
