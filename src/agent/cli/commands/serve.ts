import { HoldfastProblem } from '#domain/problems.ts'
import { underContract } from '#agent/contract/under-contract.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { runAgent } from '#agent/serve/run-agent.ts'
import { untilStopped } from '#agent/start/until-stopped.ts'
import { reportFailure, reportReady } from '#agent/start/child-report.ts'
import { logLine } from '#agent/system/log.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast serve`: the agent, until it is told to stop. */
export async function serve({ env, configFile }: Invocation): Promise<ExitCode> {
  const stopped = untilStopped()
  try {
    const settings = await underContract(loadSettings(env, configFile), env)
    for (const { name, expected, found } of settings.warnings) {
      logLine('warning', `${name}: ${found}; ${expected}`)
    }
    const agent = await runAgent(settings)
    logLine('info', 'the agent is listening', { url: agent.url, statsd_port: agent.statsdPort })
    reportReady({ url: agent.url })
    const why = await stopped
    logLine('info', 'the agent stops', { why })
    await agent.stop()
    return EXIT.done
  } catch (error) {
    reportFailure(error)
    if (!(error instanceof HoldfastProblem))
      logLine('error', 'the agent ended by a fault', { stack: (error as Error).stack })
    throw error
  }
}
