/**
 * Everything a program of Holdfast needs to know before it starts: configuration and runtime contract,
 * settled together, each value with its source.
 */
import { resolve } from 'node:path'
import type { ConfigValues } from '#domain/config/fields.ts'
import {
  resolveConfig,
  unknownVariables,
  type ConfigFault,
  type ResolvedConfig,
} from '#domain/config/resolve.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { describeFaults, loadContract, type LoadedContract } from './load-contract.ts'
import { ownContractFile } from './own-contract-file.ts'
import { readJson } from './read-json.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Settings {
  config: ResolvedConfig
  contract: LoadedContract
  /** Well-formed, and yet worth a warning: unknown variables, drift that is not enforced. */
  warnings: ConfigFault[]
}

/** Variables that are read elsewhere than through the table of fields. */
const OTHER_VARIABLES = ['HOLDFAST_CONFIG', 'HOLDFAST_DEV_AGENT', 'HOLDFAST_DEMO_TARGET']

export function loadSettings(
  env: Environment,
  configFile: string | null = env.HOLDFAST_CONFIG ?? null,
): Settings {
  const answer = resolveConfig({
    env,
    file: configFile === null ? null : { path: configFile, content: readJson(configFile, 'config_invalid') },
  })
  if (!answer.ok) throw new HoldfastProblem('config_invalid', describeFaults(answer.faults))
  const { values } = answer.config
  const contract = loadContract(
    resolve(values.contract_file ?? ownContractFile()),
    withDirectories(env, values),
  )
  if (contract.drift.length > 0 && values['contract.enforce']) {
    throw new HoldfastProblem('contract_invalid', describeFaults(contract.drift))
  }
  return {
    config: answer.config,
    contract,
    warnings: [...contract.drift, ...unknownVariables(env, OTHER_VARIABLES)],
  }
}

/** The directories may come from the configuration file too: to the contract they look like variables. */
function withDirectories(env: Environment, values: ConfigValues): Environment {
  const { runtime_dir: runtimeDir, state_dir: stateDir } = values
  const moved: Record<string, string> = {}
  const existingNameWins = env.HOLDFAST_RUNTIME_DIR === undefined && env.WATCHDOG_RUNTIME_DIR !== undefined
  if (runtimeDir !== null && !existingNameWins) moved.HOLDFAST_RUNTIME_DIR = resolve(runtimeDir)
  if (stateDir !== null) moved.HOLDFAST_STATE_DIR = resolve(stateDir)
  return { ...env, ...moved }
}
