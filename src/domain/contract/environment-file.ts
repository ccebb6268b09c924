/**
 * What the contract says, as the variables of existing deployments (RC7): rendered into the environment file that all
 * units read, and what each other place that sets one of them is held against (RC3).
 */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { installedContract } from './deployment.ts'

export const environmentFile = 'deploy/systemd/holdfast.env'
export const tmpfilesFile = 'deploy/systemd/holdfast.tmpfiles.conf'

export interface ContractVariable {
  readonly name: string
  /** The field of the contract that it repeats. */
  readonly field: string
  readonly value: string
  readonly kind: 'path' | 'number' | 'text'
}

/** Variables that say the same as the contract, in the order in which they are rendered. */
export function contractVariables(contract: RuntimeContract): ContractVariable[] {
  const { version, conda, paths, bind, watchdog } = contract
  return [
    { name: 'RUNTIME_CONTRACT_VERSION', field: 'version', value: version, kind: 'text' },
    path('WATCHDOG_RUNTIME_DIR', 'runtime_dir'),
    path('HOLDFAST_STATE_DIR', 'state_dir'),
    path('WATCHDOG_PID_FILE', 'pid_file'),
    path('WATCHDOG_RESTART_FLAG', 'restart_flag'),
    path('WATCHDOG_STATE_FILE', 'state_file'),
    number('WATCHDOG_CHECK_INTERVAL', 'check_interval_s'),
    number('WATCHDOG_RESTART_HISTORY_MAX', 'restart_history_max'),
    ...(conda === null
      ? []
      : ([
          { name: 'CONDA_BIN', field: 'conda.bin', value: conda.bin, kind: 'path' },
          { name: 'CONDA_ENV_NAME', field: 'conda.env_name', value: conda.env_name, kind: 'text' },
        ] as const)),
    { name: 'GUNICORN_BIND', field: 'bind', value: bind, kind: 'text' },
  ]

  function path(name: string, key: keyof typeof paths): ContractVariable {
    return { name, field: `paths.${key}`, value: paths[key], kind: 'path' }
  }
  function number(name: string, key: keyof typeof watchdog): ContractVariable {
    return { name, field: `watchdog.${key}`, value: String(watchdog[key]), kind: 'number' }
  }
}

export function renderEnvironment(contract: RuntimeContract): string {
  const lines = contractVariables(contract).map(({ name, value }) => `${name}=${value}`)
  return `# Rendered from the runtime contract, version ${contract.version}; whatever stands here says the same as the
# contract, or no unit starts.
HOLDFAST_CONTRACT_FILE=${installedContract(contract)}
${lines.join('\n')}
${OWN_SETTINGS}
`
}

/** What stands below it is nobody's but the operator's, and stays when the file is installed anew. */
export const OWN_SETTINGS = '# Settings of your own stand below this line, and stay.'

/** The runtime directory is the group's too, so that commands work without root (SD2). */
export function renderTmpfiles({ version, user, group, paths }: RuntimeContract): string {
  return `# Rendered from the runtime contract, version ${version}; do not edit.
d ${paths.runtime_dir} 0770 ${user} ${group} -
d ${paths.state_dir} 0750 ${user} ${group} -
`
}
