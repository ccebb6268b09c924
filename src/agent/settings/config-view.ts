/** The settings in force as an administrator's browser may show them: what bears a secret's name, or holds one, is masked (AU5). */
import { cleanText } from '#domain/free-text.ts'
import { isSecretName, MASK, redacted } from '#domain/redaction.ts'
import type { ConfigView } from '#domain/schemas/admin-view.ts'
import { settingRows, type SettingRow } from './setting-rows.ts'
import type { Settings } from './settings.ts'

const CHARACTERS_LIMIT = 1_000

export function configViewOf(settings: Settings): ConfigView {
  return {
    settings: settingRows(settings).map((row) => ({
      key: row.key,
      value: shownValue(row),
      source: cleanText(redacted(row.source), CHARACTERS_LIMIT),
    })),
    warnings: settings.warnings.map(({ name, expected, found }) =>
      cleanText(redacted(`${name}: ${found}; ${expected}`), CHARACTERS_LIMIT),
    ),
  }
}

function shownValue({ key, value }: SettingRow): string | null {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return null
  if (isSecretName(key)) return MASK
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return cleanText(redacted(text), CHARACTERS_LIMIT)
}
