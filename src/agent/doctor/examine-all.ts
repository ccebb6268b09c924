/**
 * Every check that only reads, each on its own: what one cannot see does not keep the others from looking. Without a
 * configuration that can be read nothing else is known to be looked at in the right place, and that is said.
 */
import { HoldfastProblem } from '#domain/problems.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { examine, finding, good, type Examined, type Look } from './examination.ts'
import { deploymentExaminations } from './look-at-deployment.ts'
import { fileExaminations } from './look-at-files.ts'
import { runningExaminations } from './look-at-running.ts'

type Environment = Readonly<Record<string, string | undefined>>

export async function examineAll(env: Environment, configFile: string | null): Promise<Examined[]> {
  const read = settingsOrWhy(env, configFile)
  const configuration = { id: 'configuration', title: 'Configuration' }
  if ('why' in read) return examine({ ...configuration, look: async () => read.why })
  const { settings } = read
  const examinations = [
    { ...configuration, look: async () => lookAtConfiguration(settings) },
    ...deploymentExaminations(settings, env),
    ...fileExaminations(settings),
    ...runningExaminations(settings),
  ]
  return (await Promise.all(examinations.map(examine))).flat()
}

function settingsOrWhy(env: Environment, configFile: string | null): { settings: Settings } | { why: Look } {
  try {
    return { settings: operatorSettings(env, configFile) }
  } catch (error) {
    if (!(error instanceof HoldfastProblem)) throw error
    const said = `${error.spec.title}: ${error.detail}; until it is corrected nothing else can be looked at`
    return { why: finding(said, error.spec.mend) }
  }
}

function lookAtConfiguration({ warnings, config, contract }: Settings): Look | Look[] {
  if (warnings.length > 0) {
    return warnings.map(({ name, expected, found }) =>
      finding(
        `${name}: ${found}; ${expected}`,
        'correct or remove it; holdfast config print shows what is in force',
      ),
    )
  }
  const files = Object.values(config.sources).flatMap((source) =>
    source.kind === 'file' ? [source.file] : [],
  )
  const from = files[0] === undefined ? 'presets and the environment, without a file' : files[0]
  return good(`read from ${from}; the runtime contract is ${contract.file}`)
}
