/**
 * A proxy that signs people in (SE6). It is believed when it comes from an address of the configuration *and* sends the secret
 * that only it and the agent know; from anybody else the same headers are as if they were not there. What it says is
 * who asks, with which role, and from where.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { isIP } from 'node:net'
import type { IncomingMessage } from 'node:http'
import { role as roleName } from '#domain/schemas/role.ts'
import { keptText } from '#domain/free-text.ts'
import type { Identity } from './sessions.ts'
import { isSameSecret } from './secrets.ts'

/** As they stand in docs/operations.md. */
const SECRET_HEADER = 'x-holdfast-proxy-secret'
const USER_HEADER = 'x-holdfast-user'
const ROLE_HEADER = 'x-holdfast-role'
const ADDRESSES_HEADER = 'x-forwarded-for'

const USER_CHARACTERS_MAX = 64

export interface ProxySettings {
  readonly addresses: readonly string[]
  readonly secret: string
}

export interface ProxiedCaller {
  readonly identity: Identity
  readonly csrf: string
}

export class TrustedProxy {
  readonly #settings: ProxySettings | null
  /** Of this life of the agent: a page that outlives it asks anew who it is. */
  readonly #csrfKey = randomBytes(32)

  /** null: none is configured, and no header is believed. */
  constructor(settings: ProxySettings | null) {
    this.#settings = settings
  }

  /** Who has signed in at the proxy; null: nobody, or it is no proxy of ours. */
  caller(request: IncomingMessage): ProxiedCaller | null {
    if (!this.#isOurs(request)) return null
    const user = onlyValue(request, USER_HEADER)
    const role = roleName.safeParse(onlyValue(request, ROLE_HEADER))
    const shown = keptText(user ?? '', USER_CHARACTERS_MAX)
    if (shown === '' || shown !== user || !role.success) return null
    const identity = { name: `proxy:${shown}`, shown, role: role.data }
    return { identity, csrf: createHmac('sha256', this.#csrfKey).update(identity.name).digest('base64url') }
  }

  /** Where the request began: the last address is the one that the proxy itself has seen. */
  clientAddress(request: IncomingMessage): string {
    const own = request.socket.remoteAddress ?? 'unknown'
    if (!this.#isOurs(request)) return own
    const told = onlyValue(request, ADDRESSES_HEADER)?.split(',').at(-1)?.trim() ?? ''
    return isIP(told) === 0 ? own : told
  }

  #isOurs(request: IncomingMessage): boolean {
    if (this.#settings === null) return false
    const given = onlyValue(request, SECRET_HEADER)
    const from = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
    return (
      given !== null && this.#settings.addresses.includes(from) && isSameSecret(this.#settings.secret, given)
    )
  }
}

/** Sent twice, one of them may be a copy that the proxy was to strip. */
function onlyValue({ headersDistinct }: IncomingMessage, name: string): string | null {
  const values = headersDistinct[name] ?? []
  return values.length === 1 ? (values[0] ?? null) : null
}
