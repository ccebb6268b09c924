import { HoldfastProblem } from '#domain/problems.ts'
import { isoText, type EpochMs } from '#domain/time.ts'
import { createToken, listTokens, revokeToken } from '#agent/operator/access-commands.ts'
import { operatorSettings } from '#agent/operator/operator-settings.ts'
import { systemClock } from '#agent/system/clock.ts'
import { expiryOption, nameOption, roleOption } from '../access-options.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'

/** `holdfast token create`: for a script, shown this once (SE1). */
export async function tokenCreate({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const name = nameOption({ name: options.name ?? 'script' })
  const [role, expiresAt] = [roleOption(options), expiryOption(options)]
  const made = await createToken(operatorSettings(env, configFile), { name, role, expiresAt })
  out.result(made, made.token)
  out.note(`Token ${made.id} (${name}, ${role}, ${endText(expiresAt)}), sent as "Authorization: Bearer …".`)
  out.note('It is shown this once. holdfast token revoke takes it back.')
  return EXIT.done
}

export async function tokenList({ env, configFile, out }: Invocation): Promise<ExitCode> {
  const { tokens } = await listTokens(operatorSettings(env, configFile))
  const rows = tokens.map(
    ({ id, name, role, expires_at: end }) => `${id}  ${name.padEnd(32)}  ${role.padEnd(8)}  ${endText(end)}`,
  )
  out.result({ tokens }, rows.length === 0 ? 'There is no token: holdfast token create' : rows.join('\n'))
  return EXIT.done
}

export async function tokenRevoke({ env, configFile, options, out }: Invocation): Promise<ExitCode> {
  const { id } = options
  if (typeof id !== 'string')
    throw new HoldfastProblem('usage', '--id: expected one that holdfast token list shows')
  const { by } = await revokeToken(operatorSettings(env, configFile), id)
  out.result({ revoked: true, id, by }, `Token ${id} is revoked by ${by}.`)
  return EXIT.done
}

function endText(end: EpochMs | null): string {
  if (end === null) return 'without expiry'
  return `${end <= systemClock.wallNow() ? 'expired' : 'until'} ${isoText(end)}`
}
