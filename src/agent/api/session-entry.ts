/** In and out of a session over HTTP (SE1), for API and classic page alike: only what is answered besides differs. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AccessDesk, SignedIn } from '#agent/access/access-desk.ts'
import { ownOrigin } from './plugins/access-guard.ts'
import { clearCookie, cookiePlace, readCookie, setCookie } from './plugins/session-cookie.ts'

export interface SessionEntryParts {
  readonly access: AccessDesk
  readonly publicOrigins: readonly string[]
}

/** The session that the browser had until now ends: whoever planted it is not signed in along with its owner. */
export function enterSession(
  { access, publicOrigins }: SessionEntryParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { secret }: SignedIn,
): FastifyReply {
  const place = endPresent(access, publicOrigins, request)
  return reply.header('set-cookie', setCookie(place, secret))
}

export function leaveSession(
  { access, publicOrigins }: SessionEntryParts,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return reply.header('set-cookie', clearCookie(endPresent(access, publicOrigins, request)))
}

function endPresent(access: AccessDesk, publicOrigins: readonly string[], request: FastifyRequest) {
  const place = cookiePlace(ownOrigin(request, publicOrigins), request)
  const present = readCookie(place, request.headers.cookie)
  if (present !== null) access.signOut(present)
  return place
}
