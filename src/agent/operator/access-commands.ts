/**
 * Who may sign in, as an operator of the host says it: through the agent's socket, under the account that it proves
 * (SE7). A password is hashed here, and only its hash leaves the command.
 */
import { randomUUID } from 'node:crypto'
import type * as z from 'zod/mini'
import type { Role } from '#domain/access/roles.ts'
import { accessChanged, accountList, linkMade, tokenCreated, tokenList } from '#domain/schemas/access-api.ts'
import type { EpochMs } from '#domain/time.ts'
import { hashPassword } from '#agent/access/password-hash.ts'
import type { Settings } from '#agent/settings/settings.ts'
import { dataOf } from './agent-line.ts'
import { withAgent } from './with-agent.ts'

const BASE = '/admin/api/local'

export async function addAccount(
  settings: Settings,
  { name, role, password }: { name: string; role: Role; password: string },
): Promise<z.infer<typeof accessChanged>> {
  const body = { name, role, password: await hashPassword(password) }
  return post(settings, 'accounts/add', body, accessChanged)
}

export async function setPassword(
  settings: Settings,
  { name, password }: { name: string; password: string },
): Promise<z.infer<typeof accessChanged>> {
  const body = { name, password: await hashPassword(password) }
  return post(settings, 'accounts/password', body, accessChanged)
}

export function removeAccount(settings: Settings, name: string): Promise<z.infer<typeof accessChanged>> {
  return post(settings, 'accounts/remove', { name }, accessChanged)
}

export function listAccounts(settings: Settings): Promise<z.infer<typeof accountList>> {
  return get(settings, 'accounts', accountList)
}

export function createToken(
  settings: Settings,
  { name, role, expiresAt }: { name: string; role: Role; expiresAt: EpochMs | null },
): Promise<z.infer<typeof tokenCreated>> {
  return post(settings, 'tokens/create', { name, role, expires_at: expiresAt }, tokenCreated)
}

export function revokeToken(settings: Settings, id: string): Promise<z.infer<typeof accessChanged>> {
  return post(settings, 'tokens/revoke', { id }, accessChanged)
}

export function listTokens(settings: Settings): Promise<z.infer<typeof tokenList>> {
  return get(settings, 'tokens', tokenList)
}

/** The console's address with the way in behind it. */
export async function makeLoginLink(settings: Settings): Promise<{ url: string; endsAt: EpochMs }> {
  const { console_url: console, fragment, ends_at: endsAt } = await post(settings, 'login-link', {}, linkMade)
  return { url: `${console}#${fragment}`, endsAt }
}

function get<S extends z.ZodMiniType>(settings: Settings, path: string, schema: S): Promise<z.output<S>> {
  return withAgent(settings, async (line) => dataOf(await line.get(`${BASE}/${path}`), schema))
}

function post<S extends z.ZodMiniType>(
  settings: Settings,
  path: string,
  body: object,
  schema: S,
): Promise<z.output<S>> {
  return withAgent(settings, async (line) =>
    dataOf(await line.post(`${BASE}/${path}`, body, randomUUID()), schema),
  )
}
