import { settingRows, type SettingRow } from '#agent/settings/setting-rows.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast config print`: every value that is in force, and who said so. */
export async function configPrint({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const settings = loadSettings(env, configFile)
  const rows = settingRows(settings)
  for (const { name, expected, found } of settings.warnings)
    out.note(`warning: ${name}: ${found}; ${expected}`)
  out.result({ settings: rows, warnings: settings.warnings }, asText(rows))
  return EXIT.done
}

function asText(rows: readonly SettingRow[]): string {
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
