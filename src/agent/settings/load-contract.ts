/**
 * The contract loader: file, then schema, then the variables of existing deployments over it (RC7).
 * A file that does not fit its schema is refused with all its faults.
 */
import { applyEnvironment, versionDrift } from '#domain/contract/environment.ts'
import type { ConfigFault } from '#domain/config/resolve.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { findingText, readWith } from '#domain/schemas/findings.ts'
import { runtimeContract, type RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { readJson } from './read-json.ts'

export interface LoadedContract {
  file: string
  contract: RuntimeContract
  /** Field → the variable that replaced the file's value. */
  replaced: Record<string, string>
  /** What disagrees, though each part is well-formed. */
  drift: ConfigFault[]
}

export function loadContract(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): LoadedContract {
  const filed = readWith(runtimeContract, readJson(file, 'contract_invalid'))
  if (!filed.ok) {
    throw new HoldfastProblem('contract_invalid', `${file}: ${filed.findings.map(findingText).join('; ')}`)
  }
  const { contract, replaced, faults } = applyEnvironment(filed.value, env)
  if (faults.length > 0) throw new HoldfastProblem('contract_invalid', describeFaults(faults))
  const drift = versionDrift(contract, env)
  return { file, contract, replaced, drift: drift === null ? [] : [drift] }
}

export function describeFaults(faults: readonly ConfigFault[]): string {
  return faults.map(({ name, expected, found }) => `${name}: expected ${expected}, found ${found}`).join('; ')
}
