import { HoldfastProblem } from '#domain/problems.ts'
import { switchScenario } from '#agent/start/switch-scenario.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { scenarioOption } from '../scenario-option.ts'
import { start } from './start.ts'

/** `holdfast demo`: hands the scenario to the demonstration that runs here, or starts one with it. */
export async function demo(invocation: Invocation): Promise<ExitCode> {
  const { options, out } = invocation
  if (options.config !== undefined) {
    throw new HoldfastProblem('usage', 'a demonstration takes no --config; holdfast start --config does')
  }
  // One from the environment is for the real target.
  const env = { ...invocation.env, HOLDFAST_CONFIG: undefined }
  const scenario = scenarioOption(options)
  const switched = await switchScenario(env, scenario)
  if (switched === null) return start({ ...invocation, env, configFile: null })
  out.result(
    { switched: true, ...switched },
    `The running demonstration shows ${scenario} now: ${switched.sentence}`,
  )
  return EXIT.done
}
