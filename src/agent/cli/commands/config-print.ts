import { FIELDS, type FieldKey } from '#domain/config/fields.ts'
import type { Source } from '#domain/config/resolve.ts'
import { loadSettings, type Settings } from '#agent/settings/settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

interface Row {
  key: string
  value: unknown
  source: string
}

/** `holdfast config print`: every value that is in force, and who said so. */
export async function configPrint({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const settings = loadSettings(env, configFile)
  const rows = [...configRows(settings), ...contractRows(settings)]
  for (const { name, expected, found } of settings.warnings)
    out.note(`warning: ${name}: ${found}; ${expected}`)
  out.result({ settings: rows, warnings: settings.warnings }, asText(rows))
  return EXIT.done
}

/** Settings that the contract settles when nobody else does are printed with what the contract says. */
function configRows({ config, contract }: Settings): Row[] {
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

function contractRows({ contract: { contract, file, replaced } }: Settings): Row[] {
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

function asText(rows: readonly Row[]): string {
  const keyWidth = Math.max(...rows.map(({ key }) => key.length))
  const texts = rows.map(({ value }) => (Array.isArray(value) ? value.join(', ') || '(none)' : String(value)))
  const valueWidth = Math.min(60, Math.max(...texts.map((text) => text.length)))
  return rows
    .map(
      ({ key, source }, index) =>
        `${key.padEnd(keyWidth)}  ${(texts[index] ?? '').padEnd(valueWidth)}  ${source}`,
    )
    .join('\n')
}
