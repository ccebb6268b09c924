import { isoText } from '#domain/time.ts'
import { localActor, recordWord } from '#agent/operator/desk.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { durationOption } from '../duration-option.ts'
import { reasonOption } from '../reason-option.ts'

/** `holdfast pause`: automatic restarts off, until resumed or until the time is over (WD13). */
export async function pauseWatchdog({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const reason = reasonOption(options)
  const length = typeof options.for === 'string' ? durationOption('for', options.for) : null
  const { state_dir: stateDir } = loadSettings(env, configFile).contract.contract.paths
  const actor = localActor()
  const until = length === null ? null : systemClock.wallNow() + length
  const row = await recordWord(stateDir, { type: 'paused', actor, reason, until })
  const end = until === null ? 'until holdfast resume' : `until ${isoText(until)}`
  out.result(
    { paused: true, by: actor.name, reason, until: until === null ? null : isoText(until), event_id: row.id },
    `Automatic restarts are paused by ${actor.name}, ${end}.`,
  )
  return EXIT.done
}
