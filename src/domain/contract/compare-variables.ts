/** Variables that repeat the contract, wherever they are set: each must say the same (RC3, RC7). */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { drifted, matches, type CheckItem } from './check-item.ts'
import { contractVariables, type ContractVariable } from './environment-file.ts'

export interface SetVariable {
  readonly name: string
  readonly value: string
  readonly source: string
  /** How it is put right in its place, given what it should say. */
  readonly mend: (value: string) => string
}

export interface VariableComparison {
  readonly scope: string
  readonly contract: RuntimeContract
  readonly contractFile: string
  readonly samePath: (one: string, other: string) => boolean
}

export function compareVariables(
  set: readonly SetVariable[],
  { scope, contract, contractFile, samePath }: VariableComparison,
): CheckItem[] {
  const known = knownVariables(contract, contractFile)
  return set.flatMap(({ name, value, source, mend }) => {
    const wanted = known.find((one) => one.name === name)
    if (wanted === undefined) return []
    const at = { scope, what: name, source, against: `${contractFile}: ${wanted.field}` }
    if (saysTheSame(wanted, value, samePath)) return [matches(at, value)]
    return [
      drifted(at, {
        expected: wanted.value,
        found: value === '' ? 'nothing' : value,
        mend: mend(wanted.value),
      }),
    ]
  })
}

function knownVariables(contract: RuntimeContract, contractFile: string): ContractVariable[] {
  const runtimeDir = contract.paths.runtime_dir
  return [
    ...contractVariables(contract),
    { name: 'HOLDFAST_RUNTIME_DIR', field: 'paths.runtime_dir', value: runtimeDir, kind: 'path' },
    { name: 'HOLDFAST_CONTRACT_FILE', field: 'the file itself', value: contractFile, kind: 'path' },
  ]
}

/** A relative path depends on who reads it, and is never the same. */
function saysTheSame(
  { kind, value }: ContractVariable,
  given: string,
  samePath: VariableComparison['samePath'],
): boolean {
  if (kind === 'path') return given.startsWith('/') && samePath(value, given)
  return kind === 'number' ? given.trim() !== '' && Number(given) === Number(value) : given === value
}
