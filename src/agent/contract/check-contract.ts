/** `holdfast contract check`: every source against every other and against what is there (RC3). It only reads. */
import { applyEnvironment } from '#domain/contract/environment.ts'
import { CONTRACT_SCOPE, drifted, matches, type CheckItem } from '#domain/contract/check-item.ts'
import { compareVariables } from '#domain/contract/compare-variables.ts'
import { parseJsonText, readWith } from '#domain/schemas/findings.ts'
import { runtimeContract, type RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { checkCommand } from './check-command.ts'
import { checkConda, checkFiles } from './check-files.ts'
import { checkLoaded } from './check-loaded.ts'
import { checkNginx } from './check-nginx.ts'
import { checkRunning } from './check-running.ts'
import { checkUnits } from './check-units.ts'
import type { Ground } from './ground.ts'
import type { HostRoot } from './host-root.ts'
import { noManager, unitManager, type UnitManager } from './unit-manager.ts'

/** Far above a contract. */
const CONTRACT_BYTES = 256 * 1024

export interface Checked {
  /** null: the file is none, and `items` say why. */
  readonly contract: RuntimeContract | null
  readonly items: readonly CheckItem[]
}

export function checkContract(
  host: HostRoot,
  contractFile: string,
  env: Readonly<Record<string, string | undefined>>,
  manager: UnitManager = host.isThisHost ? unitManager() : noManager,
): Checked {
  const contract = readContract(host, contractFile)
  if (Array.isArray(contract)) return { contract: null, items: contract }
  const ground: Ground = { host, contract, contractFile }
  const items = [
    ...checkItself(ground),
    ...checkOwnEnvironment(ground, env),
    ...checkFiles(ground),
    ...checkConda(ground),
    ...checkUnits(ground),
    ...checkNginx(ground),
    checkCommand(ground),
    ...checkLoaded(ground, manager),
    ...checkRunning(ground),
  ]
  return { contract, items }
}

/**
 * What counts before a start (RC5): the contract, and the unit that starts, where it is one. Neither other units nor what
 * runs are looked at, so that it costs a start some milliseconds.
 */
export function checkBeforeStart(
  host: HostRoot,
  contractFile: string,
  env: Readonly<Record<string, string | undefined>>,
  unit: string | null,
): CheckItem[] {
  const contract = readContract(host, contractFile)
  if (Array.isArray(contract)) return contract
  const ground: Ground = { host, contract, contractFile }
  return [
    ...checkItself(ground),
    ...checkOwnEnvironment(ground, env),
    ...checkFiles(ground),
    ...checkConda(ground),
    ...(unit === null ? [] : checkUnits(ground, unit)),
  ]
}

function readContract(host: HostRoot, file: string): RuntimeContract | CheckItem[] {
  const at = {
    scope: CONTRACT_SCOPE,
    what: 'contract file',
    source: file,
    against: 'deploy/runtime-contract.schema.json',
  }
  const mend = `correct ${file}, or install that of the release again`
  const read = host.read(file, CONTRACT_BYTES)
  if (read.kind !== 'text') {
    const found = read.kind === 'unreadable' ? read.why : read.kind
    return [drifted(at, { expected: 'a contract', found, mend })]
  }
  const parsed = parseJsonText(read.text.replace(/^\uFEFF/, ''))
  const filed = parsed.ok ? readWith(runtimeContract, parsed.value) : parsed
  if (filed.ok) return filed.value
  return filed.findings.map(({ path, expected, found }) =>
    drifted({ ...at, what: path }, { expected, found, mend }),
  )
}

/** What its parts say of each other: flag and pid file lie under the runtime directory (RC7). */
function checkItself({ contract, contractFile }: Ground): CheckItem[] {
  const at = { scope: CONTRACT_SCOPE, what: 'contract file', source: contractFile, against: contractFile }
  const { faults } = applyEnvironment(contract, {})
  if (faults.length === 0) return [matches(at, `version ${contract.version}`)]
  return faults.map(({ name, expected, found }) =>
    drifted({ ...at, what: name }, { expected, found, mend: `correct ${name} in ${contractFile}` }),
  )
}

function checkOwnEnvironment(
  { host, contract, contractFile }: Ground,
  env: Readonly<Record<string, string | undefined>>,
): CheckItem[] {
  const set = Object.entries(env).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [
          {
            name,
            value,
            source: 'the environment of this process',
            mend: (good: string) => `export ${name}=${good}`,
          },
        ],
  )
  return compareVariables(set, { scope: CONTRACT_SCOPE, contract, contractFile, samePath: host.samePath })
}
