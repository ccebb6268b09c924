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
    return value === null
      ? {
          key,
          value: fromContract[key] ?? null,
          source: key === 'contract_file' ? 'preset' : `contract ${contract.file}`,
        }
      : { key, value, source: describeSource(config.sources[key]) }
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
