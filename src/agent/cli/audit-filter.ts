/** The options that say which records of the audit trail are meant; the same for listing and exporting. */
import { AUDIT_ACTIONS } from '#domain/audit/actions.ts'
import type { AuditFilter } from '#domain/audit/filter.ts'
import { foundText } from '#domain/schemas/findings.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { suggestion } from '#domain/suggest.ts'
import { parseTime } from '#domain/time-text.ts'
import type { EpochMs } from '#domain/time.ts'
import { localOffset } from '#agent/system/clock.ts'
import type { OptionSpec, OptionValues } from './command.ts'
import { durationFrom } from './duration-option.ts'

const TIME = 'TIME'

export const AUDIT_FILTER_OPTIONS = {
  since: {
    type: 'string',
    value: TIME,
    meaning: 'ISO 8601, local without an offset; or how long ago: 30m, 2h, 7d',
  },
  until: { type: 'string', value: TIME, meaning: 'the same' },
  actor: { type: 'string', value: 'NAME', meaning: 'who, as local:ops, flag:uid=33 or watchdog' },
  action: { type: 'string', value: 'NAME', meaning: `one of ${Object.keys(AUDIT_ACTIONS).join(', ')}` },
  decision: {
    type: 'string',
    value: 'WORD',
    meaning: 'allowed, manual_override, blocked, executed, failed, external or rejected',
  },
  request: { type: 'string', value: 'ID', meaning: "a request's id or its beginning" },
  text: { type: 'string', value: 'TEXT', meaning: 'anywhere in the record, in upper or lower case' },
} as const satisfies Readonly<Record<string, OptionSpec>>

export function auditFilterFrom(options: OptionValues, now: EpochMs): AuditFilter {
  const word = (name: keyof typeof AUDIT_FILTER_OPTIONS): string | null => {
    const value = options[name]
    return typeof value === 'string' ? value : null
  }
  const time = (name: 'since' | 'until'): EpochMs | null => {
    const value = word(name)
    return value === null ? null : timeFrom(name, value, now)
  }
  return {
    since: time('since'),
    until: time('until'),
    actor: word('actor'),
    action: knownAction(word('action')),
    decision: word('decision'),
    request: word('request'),
    text: word('text'),
  }
}

function timeFrom(name: string, value: string, now: EpochMs): EpochMs {
  const ago = durationFrom(value)
  if (ago !== null) return now - ago
  const isDate = /^\d{4}-\d\d-\d\d$/.test(value)
  const at = parseTime(isDate ? `${value}T00:00` : value, localOffset)
  if (at !== null) return at
  throw new HoldfastProblem(
    'usage',
    `--${name}: expected a time as ISO 8601, a date, or how long ago as 30m, 2h or 7d, found ${foundText(value)}`,
  )
}

function knownAction(action: string | null): string | null {
  if (action === null || Object.hasOwn(AUDIT_ACTIONS, action)) return action
  const near = suggestion(action, Object.keys(AUDIT_ACTIONS))
  const hint = near === null ? '' : `; did you mean "${near}"?`
  throw new HoldfastProblem('usage', `--action: there is no ${foundText(action)}${hint}`)
}
