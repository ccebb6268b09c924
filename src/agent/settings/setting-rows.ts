/** Every value that is in force, and who said so: for `config print` and for the incident bundle. */
import { FIELDS, type FieldKey } from '#domain/config/fields.ts'
import type { Source } from '#domain/config/resolve.ts'
import type { Settings } from './settings.ts'

export interface SettingRow {
  key: string
  value: unknown
  source: string
}

export function settingRows(settings: Settings): SettingRow[] {
  return [...configRows(settings), ...contractRows(settings)]
}

/** Settings that the contract settles when nobody else does are printed with what the contract says. */
function configRows({ config, contract }: Settings): SettingRow[] {
  const { paths, bind } = contract.contract
  const fromContract: Partial<Record<FieldKey, string>> = {
    state_dir: paths.state_dir,
    runtime_dir: paths.runtime_dir,
    contract_file: contract.file,
    'target.health_url': `http://${bind}/health`,
  }
  return (Object.keys(FIELDS) as FieldKey[]).map((key) => {
    const value = config.values[key]
    if (value !== null) return { key, value, source: describeSource(config.sources[key]) }
    const settled = fromContract[key] ?? null
    // What nobody has set, and the contract knows nothing of, is nobody's word.
    const isContracts = settled !== null && key !== 'contract_file'
    return { key, value: settled, source: isContracts ? `contract ${contract.file}` : 'preset' }
  })
}

function contractRows({ contract: { contract, file, replaced } }: Settings): SettingRow[] {
  return leaves(contract)
    .filter(([path]) => path !== '$schema')
    .map(([path, value]) => {
      const variable = replaced[path]
      return {
        key: `contract: ${path}`,
        value,
        source: variable === undefined ? `file ${file}` : `env ${variable}`,
      }
    })
}

function leaves(value: object, prefix = ''): [string, unknown][] {
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && inner !== null
      ? leaves(inner, `${prefix}${key}.`)
      : [[`${prefix}${key}`, inner]],
  )
}

function describeSource(source: Source): string {
  switch (source.kind) {
    case 'preset':
      return 'preset'
    case 'file':
      return `file ${source.file}`
    case 'env':
      return `env ${source.name}`
  }
}
