/** What the commands about accounts and tokens take. */
import { ROLES, type Role } from '#domain/access/roles.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { ACCOUNT_NAME_EXPECTED, ACCOUNT_NAME_FORM } from '#domain/schemas/access-file.ts'
import { parseTime, TIME_EXPECTED } from '#domain/time-text.ts'
import type { EpochMs } from '#domain/time.ts'
import { localOffset, systemClock } from '#agent/system/clock.ts'
import type { OptionSpec, OptionValues } from './command.ts'
import { durationFrom } from './duration-option.ts'

export const NAME_OPTION = {
  name: { type: 'string', value: 'NAME', meaning: 'whose; may stand without --name' },
} as const satisfies Record<string, OptionSpec>

export const ROLE_OPTION = {
  role: { type: 'string', value: 'ROLE', meaning: `needed: ${ROLES.join(', ')}` },
} as const satisfies Record<string, OptionSpec>

export function nameOption({ name }: OptionValues): string {
  if (typeof name === 'string' && ACCOUNT_NAME_FORM.test(name)) return name
  const found = typeof name === 'string' ? 'something else' : 'nothing'
  throw new HoldfastProblem('usage', `--name: expected ${ACCOUNT_NAME_EXPECTED}; found ${found}`)
}

export function roleOption({ role }: OptionValues): Role {
  const known = ROLES.find((one) => one === role)
  if (known !== undefined) return known
  const found = typeof role === 'string' ? `"${role}"` : 'nothing'
  throw new HoldfastProblem('usage', `--role: expected one of ${ROLES.join(', ')}; found ${found}`)
}

/** After a length of time, or at a time; null: not by itself. */
export function expiryOption({ expires }: OptionValues): EpochMs | null {
  if (typeof expires !== 'string') return null
  const duration = durationFrom(expires)
  const now = systemClock.wallNow()
  const at = duration === null ? parseTime(expires, localOffset) : now + duration
  if (at !== null && at > now) return Math.floor(at)
  const expected = `a length like 12h or 90d, or ${TIME_EXPECTED}, to come`
  throw new HoldfastProblem('usage', `--expires: expected ${expected}; found "${expires}"`)
}
