import { localActor, recordWord } from '#agent/operator/desk.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast resume`: the end of a pause. */
export async function resumeWatchdog({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { state_dir: stateDir } = loadSettings(env, configFile).contract.contract.paths
  const actor = localActor()
  const row = await recordWord(stateDir, { type: 'resumed', actor, reason: '' })
  out.result(
    { resumed: true, by: actor.name, event_id: row.id },
    `Automatic restarts go on, resumed by ${actor.name}.`,
  )
  return EXIT.done
}
