import { existsSync } from 'node:fs'
import { HoldfastProblem } from '#domain/problems.ts'
import { notShared } from '#domain/watchdog/shares-target.ts'
import { underContract } from '#agent/contract/under-contract.ts'
import { IMAGE_MARK_FILE } from '#agent/places.ts'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { reportFailure, reportReady } from '#agent/start/child-report.ts'
import { untilStopped } from '#agent/start/until-stopped.ts'
import { logLine } from '#agent/system/log.ts'
import { sightOfTarget } from '#agent/system/target-share.ts'
import { runWatchdog } from '#agent/watchdog/run-watchdog.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast watchdog`: guarded self-healing, until it is told to stop. */
export async function watchdog({ env, configFile }: Invocation): Promise<ExitCode> {
  const stopped = untilStopped()
  try {
    const settings = await underContract(loadSettings(env, configFile), env)
    for (const { name, expected, found } of settings.warnings) {
      logLine('warning', `${name}: ${found}; ${expected}`)
    }
    if (existsSync(IMAGE_MARK_FILE)) requireShared(settings)
    const running = await runWatchdog(settings)
    logLine('info', 'the watchdog watches', { pid_file: settings.contract.contract.paths.pid_file })
    reportReady({})
    const why = await Promise.race([stopped, running.ended.then(() => 'it ended')])
    logLine('info', 'the watchdog stops', { why })
    await running.stop(why)
    return EXIT.done
  } catch (error) {
    reportFailure(error)
    throw error
  }
}

/** From an image it starts only beside its target: elsewhere it would look after another process, or after none (IM1). */
function requireShared({ contract }: Settings): void {
  const lacking = notShared(sightOfTarget(contract.contract))
  if (lacking.length > 0) throw new HoldfastProblem('target_not_shared', lacking.join('; '))
}
