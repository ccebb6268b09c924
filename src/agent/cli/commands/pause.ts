import { say } from '#agent/operator/operator-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { durationOption } from '../duration-option.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast pause`: automatic restarts off, until resumed or until the time is over (WD13). */
export async function pauseWatchdog({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const reason = reasonOption(options)
  const forMs = typeof options.for === 'string' ? durationOption('for', options.for) : null
  const { by, until, event_id, via } = await say(operatorSettings(env, configFile), {
    type: 'paused',
    reason,
    forMs,
  })
  out.result(
    { paused: true, by, reason, until, event_id, via },
    `Automatic restarts are paused by ${by}, until ${until ?? 'holdfast resume'}.`,
  )
  return EXIT.done
}
