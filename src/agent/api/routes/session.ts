/** Signing in and out (SE1, SE2). What is answered to a sign-in is all that a page needs to go on. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { invariant } from '#domain/invariant.ts'
import type { SignedIn } from '#agent/access/access-desk.ts'
import type { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { LOGIN, LOGIN_LINK } from '../descriptions/session.ts'
import { envelope } from '../envelope.ts'
import { sessionViewOf } from '../session-view.ts'
import { enterSession, leaveSession, type SessionEntryParts } from '../session-entry.ts'

interface SessionRouteParts extends SessionEntryParts {
  proxy: TrustedProxy
  clock: Clock
}

export function addSessionRoutes(app: FastifyInstance, parts: SessionRouteParts): void {
  const { access, proxy, clock } = parts
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

  app.post('/admin/api/logout', async (request, reply) =>
    answer(leaveSession(parts, request, reply), { signed_out: true }),
  )

  app.get('/admin/api/session', async (request, reply) => {
    invariant(request.caller !== null, 'the guard lets nobody else here')
    return answer(reply, sessionViewOf(request.caller))
  })

  function enter(request: FastifyRequest, reply: FastifyReply, signedIn: SignedIn): FastifyReply {
    return answer(enterSession(parts, request, reply, signedIn), sessionViewOf(signedIn.session))
  }
}
