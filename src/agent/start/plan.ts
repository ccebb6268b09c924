/**
 * What is to be started, and with which environment. A checkout keeps its files under `.holdfast/` unless
 * the operator says where; a demonstration gets a contract and ports of its own.
 */
import { join, resolve } from 'node:path'
import type { Scenario } from '#domain/schemas/demonstration.ts'
import { AGENT_MAIN, CHECKOUT, DEMONSTRATION_MAIN } from '#agent/places.ts'
import { demoPaths } from '#agent/demo/demo-paths.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import type { ChildSpec } from './child.ts'
import { demonstrationContract } from './demonstration-contract.ts'
import { freeUdpPort } from './free-port.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Directories {
  stateDir: string
  runtimeDir: string
  /** The checkout's own, whose whole content is ours, whatever an earlier start left there. */
  runtimeDirIsOurs: boolean
}

/** The environment for our children, with the directories settled, and those directories. */
export function settleDirectories(
  env: Environment,
  configFile: string | null,
): { env: Environment; host: string; port: number } & Directories {
  const { config, contract } = loadSettings(env, configFile)
  const shipped = config.values.contract_file === null
  const own = (field: string, name: string, path: string) =>
    shipped && contract.replaced[field] === undefined ? { [name]: resolve(CHECKOUT, '.holdfast', path) } : {}
  const settled = {
    ...env,
    ...(configFile === null ? {} : { HOLDFAST_CONFIG: resolve(configFile) }),
    ...own('paths.state_dir', 'HOLDFAST_STATE_DIR', 'state'),
    ...own('paths.runtime_dir', 'HOLDFAST_RUNTIME_DIR', 'run'),
  }
  const { paths } = loadSettings(settled, configFile).contract.contract
  return {
    env: settled,
    host: config.values.host,
    port: config.values.port,
    stateDir: paths.state_dir,
    runtimeDir: paths.runtime_dir,
    runtimeDirIsOurs: paths.runtime_dir === resolve(CHECKOUT, '.holdfast', 'run'),
  }
}

export function agentChild(env: Environment, { stateDir }: Directories): ChildSpec {
  return {
    name: 'agent',
    args: [AGENT_MAIN, 'serve'],
    env: { ...env },
    logFile: join(stateDir, 'log', 'agent.log'),
  }
}

export function watchdogChild(env: Environment, { stateDir }: Directories): ChildSpec {
  return {
    name: 'watchdog',
    args: [AGENT_MAIN, 'watchdog'],
    env: { ...env },
    logFile: join(stateDir, 'log', 'watchdog.log'),
  }
}

/** Where the contract of a demonstration on that state directory lies. */
export function renderedContract(stateDir: string): string {
  return join(stateDir, 'runtime-contract.json')
}

/** Renders the demonstration's contract; all children then read the same file. */
export async function demonstrationChildren(
  env: Environment,
  directories: Directories,
  scenario: Scenario,
): Promise<{ agent: ChildSpec; watchdog: ChildSpec; target: ChildSpec }> {
  const contractFile = renderedContract(directories.stateDir)
  await replaceFile(contractFile, jsonText(await demonstrationContract(directories)))
  // The variables of existing deployments count here too: what they change is written down once.
  const { contract } = loadContract(contractFile, env)
  await replaceFile(contractFile, jsonText(contract))
  const statsdPort = await statsdPortOf(env)
  const shared = {
    HOLDFAST_TARGET_ERROR_LOG: errorLogOf(env) ?? demoPaths(contract).logFile,
    ...env,
    HOLDFAST_CONTRACT_FILE: contractFile,
    HOLDFAST_STATSD_PORT: statsdPort,
  }
  const target: ChildSpec = {
    name: 'demonstration',
    args: [
      DEMONSTRATION_MAIN,
      ...['--contract', contractFile],
      ...['--statsd', `127.0.0.1:${statsdPort}`],
      ...['--scenario', scenario],
      ...['--target', env.HOLDFAST_DEMO_TARGET ?? 'auto'],
    ],
    env: shared,
    logFile: join(directories.stateDir, 'log', 'demonstration.log'),
  }
  return { agent: agentChild(shared, directories), watchdog: watchdogChild(shared, directories), target }
}

/** Two processes have to agree on it, so "any free one" is settled here. */
async function statsdPortOf({ HOLDFAST_STATSD_PORT: asked = '0' }: Environment): Promise<string> {
  return Number(asked) === 0 ? String(await freeUdpPort()) : asked
}

/** The one that somebody has named goes before the demonstration's own. */
function errorLogOf(env: Environment): string | null {
  return loadSettings(env).config.values['target.error_log']
}

function jsonText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
