import { localActor, releaseGuard } from '#agent/operator/desk.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast guard release`: restarts before now no longer count towards budget and churn (WD4). */
export async function guardRelease({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const reason = reasonOption(options)
  const { state_dir: stateDir } = loadSettings(env, configFile).contract.contract.paths
  const actor = localActor()
  const release = { type: 'guard_released', actor, reason } as const
  const { row, isNewHistory: newHistory } = await releaseGuard(stateDir, release)
  const said = newHistory
    ? ' The restart history could not be read; a new one begins, the old file is kept aside.'
    : ''
  out.result(
    { released: true, by: actor.name, reason, event_id: row.id, new_history: newHistory },
    `The guard is released by ${actor.name}; restarts before now no longer count, the cooldown still does.${said}`,
  )
  return EXIT.done
}
