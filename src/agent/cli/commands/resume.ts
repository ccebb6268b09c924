import { say } from '#agent/operator/operator-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast resume`: the end of a pause. */
export async function resumeWatchdog({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { by, event_id, via } = await say(operatorSettings(env, configFile), { type: 'resumed', reason: '' })
  out.result({ resumed: true, by, event_id, via }, `Automatic restarts go on, resumed by ${by}.`)
  return EXIT.done
}
