import { say } from '#agent/operator/operator-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast guard release`: restarts before now no longer count towards budget and churn (WD4). */
export async function guardRelease({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const reason = reasonOption(options)
  const { by, event_id, new_history, via } = await say(operatorSettings(env, configFile), {
    type: 'guard_released',
    reason,
  })
  const anew = new_history
    ? ' The restart history could not be read; a new one begins, the old file is kept aside.'
    : ''
  out.result(
    { released: true, by, reason, event_id, new_history, via },
    `The guard is released by ${by}; restarts before now no longer count, the cooldown still does.${anew}`,
  )
  return EXIT.done
}
