/** Reads of the admin API, as somebody who has signed in. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContextOptions } from 'playwright-core'
import type { Scratch } from './holdfast.ts'

export const ADMIN = { username: 'admin', password: 'for this run alone' } as const

export interface Account {
  readonly username: string
  readonly password: string
}

/** The environment in which an agent has the account that `signIn` uses. */
export function withAdmin(place: Scratch): Record<string, string> {
  const file = join(place.directory, 'admin-password')
  writeFileSync(file, `${ADMIN.password}\n`, { mode: 0o600 })
  return { ...place.env, HOLDFAST_ADMIN_PASSWORD_FILE: file }
}

export type Reader = (path: string, headers?: Record<string, string>) => Promise<Response>

/** With a session of its own, as a page has one; the agent forgets it when it ends. */
export async function signIn(url: string): Promise<Reader> {
  const cookie = await newCookie(url)
  return (path, headers = {}) => fetch(new URL(path, url), { headers: { cookie, ...headers } })
}

/** For a browser that has signed in already. */
export async function signedInState(
  url: string,
  who: Account = ADMIN,
): Promise<Pick<BrowserContextOptions, 'storageState'>> {
  const [name = '', value = ''] = (await newCookie(url, who)).split('=')
  const { hostname: domain } = new URL(url)
  const rest = { path: '/', expires: -1, httpOnly: true, secure: false, sameSite: 'Strict' as const }
  return { storageState: { cookies: [{ name, value, domain, ...rest }], origins: [] } }
}

async function newCookie(url: string, who: Account = ADMIN): Promise<string> {
  const answer = await fetch(new URL('admin/api/login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(who),
  })
  if (!answer.ok) throw new Error(`nobody could sign in: ${answer.status} ${await answer.text()}`)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}
