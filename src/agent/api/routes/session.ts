/** Signing in and out (SE1, SE2). What is answered to a sign-in is all that a page needs to go on. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { invariant } from '#domain/invariant.ts'
import type { SessionView } from '#domain/schemas/access-api.ts'
import type { AccessDesk, SignedIn } from '#agent/access/access-desk.ts'
import type { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { LOGIN, LOGIN_LINK } from '../descriptions/session.ts'
import { envelope } from '../envelope.ts'
import { ownOrigin, type SignedInCaller } from '../plugins/access-guard.ts'
import {
  clearCookie,
  cookiePlace,
  readCookie,
  setCookie,
  type CookiePlace,
} from '../plugins/session-cookie.ts'

interface SessionRouteParts {
  access: AccessDesk
  proxy: TrustedProxy
  publicOrigins: readonly string[]
  clock: Clock
}

export function addSessionRoutes(
  app: FastifyInstance,
  { access, proxy, publicOrigins, clock }: SessionRouteParts,
): void {
  const placeOf = (request: FastifyRequest) => cookiePlace(ownOrigin(request, publicOrigins), request)
  const answer = (reply: FastifyReply, data: object) =>
    reply.header('cache-control', 'no-store').send(envelope(data, clock.wallNow()))

  app.post('/admin/api/login', async (request, reply) => {
    const address = proxy.clientAddress(request.raw)
    const signedIn = await access.signIn({ ...bodyOf(request, LOGIN), address })
    return enter(request, reply, signedIn)
  })

  app.post('/admin/api/login/link', async (request, reply) => {
    const address = proxy.clientAddress(request.raw)
    const signedIn = await access.redeemLink(bodyOf(request, LOGIN_LINK).token, address)
    return enter(request, reply, signedIn)
  })

  app.post('/admin/api/logout', async (request, reply) => {
    const place = placeOf(request)
    endPresent(request, place)
    return answer(reply.header('set-cookie', clearCookie(place)), { signed_out: true })
  })

  app.get('/admin/api/session', async (request, reply) => {
    invariant(request.caller !== null, 'the guard lets nobody else here')
    return answer(reply, viewOf(request.caller))
  })

  /** The session that the browser had until now ends: whoever planted it is not signed in along with its owner. */
  function enter(request: FastifyRequest, reply: FastifyReply, { secret, session }: SignedIn): FastifyReply {
    const place = placeOf(request)
    endPresent(request, place)
    return answer(reply.header('set-cookie', setCookie(place, secret)), viewOf(session))
  }

  function endPresent(request: FastifyRequest, place: CookiePlace): void {
    const present = readCookie(place, request.headers.cookie)
    if (present !== null) access.signOut(present)
  }
}

function viewOf({
  identity,
  csrf,
  endsAt,
}: Pick<SignedInCaller, 'identity' | 'csrf' | 'endsAt'>): SessionView {
  return { user: identity.shown, role: identity.role, csrf_token: csrf, ends_at: endsAt }
}
