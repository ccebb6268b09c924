/** What the operations page repeats of the contract (RC1, RC6). */
import type { RuntimeContract } from '../schemas/runtime-contract.ts'
import { contractVariables } from './environment-file.ts'

const MEANINGS: Readonly<Record<string, string>> = {
  version: 'version of the contract',
  'conda.prefix': 'conda environment',
  'binaries.interpreter': 'interpreter',
  'binaries.gunicorn': 'gunicorn',
  'binaries.node': 'node',
  'paths.runtime_dir': 'runtime directory',
  'paths.state_dir': 'state directory',
  'paths.pid_file': 'pid file of the target’s master',
  'paths.restart_flag': 'restart flag',
  'paths.state_file': 'restart history for other readers',
  bind: 'where the target listens',
  user: 'account',
  group: 'group',
  'units.target': 'unit of the target',
  'units.watchdog': 'unit of the watchdog',
  'units.agent': 'unit of the agent',
  'units.prune': 'unit of the upkeep',
  'units.prune_timer': 'its timer',
}

export function contractTable(contract: RuntimeContract): string {
  const variables = new Map(contractVariables(contract).map(({ field, name }) => [field, `\`${name}\``]))
  const rows = Object.entries(MEANINGS).flatMap(([field, meaning]) => {
    const value = valueAt(contract, field)
    return value === null
      ? []
      : [`| ${meaning} | \`${field}\` | \`${value}\` | ${variables.get(field) ?? ''} |`]
  })
  return ['| what | field | value | variable |', '|---|---|---|---|', ...rows].join('\n')
}

function valueAt(contract: RuntimeContract, field: string): string | null {
  let value: unknown = contract
  for (const part of field.split('.')) {
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : null
  }
  return typeof value === 'string' ? value : null
}
