/**
 * The cookie that stands for a session (SE1). Where the console is reached by https its name makes the browser insist
 * on the rest (`__Host-`). On plain loopback that prefix does not exist, and cookies do not know ports: there the port
 * is in the name, so that two agents on one host do not sign each other out.
 */
import type { FastifyRequest } from 'fastify'

export interface CookiePlace {
  readonly isSecure: boolean
  readonly name: string
}

export function cookiePlace(ownOrigin: string, request: FastifyRequest): CookiePlace {
  const isSecure = ownOrigin.startsWith('https:')
  return { isSecure, name: isSecure ? '__Host-holdfast' : `holdfast_${request.socket.localPort ?? 0}` }
}

/** Without an expiry: it goes when the browser is closed, and the agent ends the session by its own clock. */
export function setCookie(place: CookiePlace, secret: string): string {
  return `${place.name}=${secret}; ${attributes(place)}`
}

export function clearCookie(place: CookiePlace): string {
  return `${place.name}=; ${attributes(place)}; Max-Age=0`
}

/** Of two with one name nobody knows which is ours, and so neither is. */
export function readCookie({ name }: CookiePlace, header: string | undefined): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1))
  return values.length === 1 && values[0] !== '' ? (values[0] ?? null) : null
}

function attributes({ isSecure }: CookiePlace): string {
  return `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}
