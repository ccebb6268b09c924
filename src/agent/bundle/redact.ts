/**
 * What leaves the host in a bundle, without secrets (AU4, AU5). The one place of it: everything but numbers goes
 * through here on its way into the file.
 */
import { SECRET_NAME, USER_INFO } from '#domain/schemas/findings.ts'

const HIDDEN = '(hidden)'
/** In a sentence or a command line: `password=…`, `token: …`. */
const NAMED_SECRET =
  /\b(password|passwd|passphrase|pwd|secret|token|api_?key|credentials?|authorization)(["']?\s*[=:]\s*)(?:(?:basic|bearer)\s+)?\S+/gi

export function redacted(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replace(USER_INFO, '$1…@').replace(NAMED_SECRET, `$1$2${HIDDEN}`)
  if (Array.isArray(value)) return value.map(redacted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      SECRET_NAME.test(name) && inner !== null && inner !== undefined ? HIDDEN : redacted(inner),
    ]),
  )
}
