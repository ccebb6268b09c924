/**
 * The environment variables of existing deployments, laid over the runtime contract (RC7). A malformed
 * value is a fault with the variable's name. When the runtime directory alone is moved, the files that the
 * contract keeps beneath it move with it, so that one variable is enough.
 */
import { show, type ConfigFault } from '../config/resolve.ts'
import { runtimeContract, type RuntimeContract } from '../schemas/runtime-contract.ts'

interface Variable {
  readonly name: string
  /** The field of the contract which it replaces. */
  readonly field: string
  readonly expected: string
  readonly applied: (contract: RuntimeContract, text: string) => RuntimeContract
}

const PATH = 'an absolute path'

/** Applied in this order: the directories first, since files beneath them move along. */
const VARIABLES: readonly Variable[] = [
  directory('WATCHDOG_RUNTIME_DIR', 'runtime_dir'),
  directory('HOLDFAST_RUNTIME_DIR', 'runtime_dir'),
  directory('HOLDFAST_STATE_DIR', 'state_dir'),
  file('WATCHDOG_RESTART_FLAG', 'restart_flag'),
  file('WATCHDOG_PID_FILE', 'pid_file'),
  file('WATCHDOG_STATE_FILE', 'state_file'),
  {
    name: 'WATCHDOG_CHECK_INTERVAL',
    field: 'watchdog.check_interval_s',
    expected: 'seconds above 0, at most 3600',
    applied: (contract, text) => ({
      ...contract,
      watchdog: { ...contract.watchdog, check_interval_s: plainNumber(text) },
    }),
  },
  {
    name: 'WATCHDOG_RESTART_HISTORY_MAX',
    field: 'watchdog.restart_history_max',
    expected: 'a whole number from 1 to 10000',
    applied: (contract, text) => ({
      ...contract,
      watchdog: { ...contract.watchdog, restart_history_max: plainNumber(text) },
    }),
  },
  {
    name: 'CONDA_BIN',
    field: 'conda.bin',
    expected: PATH,
    applied: (contract, text) => withConda(contract, { bin: text }),
  },
  {
    name: 'CONDA_ENV_NAME',
    field: 'conda.env_name',
    expected: 'letters, digits and @ . _ -',
    applied: (contract, text) => withConda(contract, { env_name: text }),
  },
  {
    name: 'GUNICORN_BIND',
    field: 'bind',
    expected: 'host:port',
    applied: (contract, text) => ({ ...contract, bind: text }),
  },
]

/** Names the version which the environment was made for; another one than the contract's is drift. */
export const VERSION_VARIABLE = 'RUNTIME_CONTRACT_VERSION'

export interface EffectiveContract {
  contract: RuntimeContract
  /** Field → the variable that replaced the file's value. */
  replaced: Record<string, string>
  faults: ConfigFault[]
}

export function applyEnvironment(
  filed: RuntimeContract,
  env: Readonly<Record<string, string | undefined>>,
): EffectiveContract {
  let contract = filed
  const replaced: Record<string, string> = {}
  const faults: ConfigFault[] = conflictingRuntimeDirs(env)
  for (const variable of VARIABLES) {
    const text = env[variable.name]
    if (text === undefined) continue
    const next = variable.applied(contract, text)
    if (text.trim() === '' || !runtimeContract.safeParse(next).success) {
      faults.push({ name: variable.name, expected: variable.expected, found: show(text) })
    } else {
      contract = next
      replaced[variable.field] = variable.name
    }
  }
  return { contract, replaced, faults: [...faults, ...outsideRuntimeDir(contract, replaced)] }
}

/** What does not fit together between the contract and the environment that started this process. */
export function versionDrift(
  contract: RuntimeContract,
  env: Readonly<Record<string, string | undefined>>,
): ConfigFault | null {
  const claimed = env[VERSION_VARIABLE]
  if (claimed === undefined || claimed === contract.version) return null
  return { name: VERSION_VARIABLE, expected: `"${contract.version}" (the contract's)`, found: show(claimed) }
}

/** Decimal digits only: "0x10" and "1e9" are more likely mistakes than numbers. */
function plainNumber(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

/** A contract without a conda environment has nothing that these variables could replace. */
function withConda(
  contract: RuntimeContract,
  change: Partial<NonNullable<RuntimeContract['conda']>>,
): RuntimeContract {
  return contract.conda === null ? contract : { ...contract, conda: { ...contract.conda, ...change } }
}

function directory(name: string, key: 'runtime_dir' | 'state_dir'): Variable {
  return {
    name,
    field: `paths.${key}`,
    expected: PATH,
    applied: (contract, text) => {
      const from = withoutTrailingSlash(contract.paths[key])
      const to = withoutTrailingSlash(text)
      const moved = (path: string) => (isBeneath(path, from) ? `${to}${path.slice(from.length)}` : path)
      const { pid_file, restart_flag, state_file } = contract.paths
      const files = {
        pid_file: moved(pid_file),
        restart_flag: moved(restart_flag),
        state_file: moved(state_file),
      }
      return { ...contract, paths: { ...contract.paths, ...files, [key]: to } }
    },
  }
}

function file(name: string, key: 'pid_file' | 'restart_flag' | 'state_file'): Variable {
  return {
    name,
    field: `paths.${key}`,
    expected: PATH,
    applied: (contract, text) => ({ ...contract, paths: { ...contract.paths, [key]: text } }),
  }
}

function conflictingRuntimeDirs(env: Readonly<Record<string, string | undefined>>): ConfigFault[] {
  const [ours, existing] = [env.HOLDFAST_RUNTIME_DIR, env.WATCHDOG_RUNTIME_DIR]
  if (ours === undefined || existing === undefined) return []
  if (withoutTrailingSlash(ours) === withoutTrailingSlash(existing)) return []
  return [
    {
      name: 'WATCHDOG_RUNTIME_DIR',
      expected: `the same as HOLDFAST_RUNTIME_DIR (${show(ours)})`,
      found: show(existing),
    },
  ]
}

function outsideRuntimeDir({ paths }: RuntimeContract, replaced: Record<string, string>): ConfigFault[] {
  return (['restart_flag', 'pid_file'] as const)
    .filter((key) => !isBeneath(paths[key], paths.runtime_dir))
    .map((key) => ({
      name: replaced[`paths.${key}`] ?? `paths.${key}`,
      expected: `a file under the runtime directory ${paths.runtime_dir}`,
      found: show(paths[key]),
    }))
}

function isBeneath(path: string, directoryPath: string): boolean {
  const within = `${withoutTrailingSlash(directoryPath)}/`
  return path.startsWith(within) && path.length > within.length && !path.split('/').includes('..')
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, '') : path
}
