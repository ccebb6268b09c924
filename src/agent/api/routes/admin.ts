/** The agent itself, for administrators: accounts, sessions, settings. Accounts are changed on the host alone (SE7). */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { invariant } from '#domain/invariant.ts'
import type { ConfigView } from '#domain/schemas/admin-view.ts'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { sessionId } from '#agent/access/sessions.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { SESSION_END } from '../descriptions/admin.ts'
import { envelope } from '../envelope.ts'
import { signedInActor } from '../plugins/access-guard.ts'
import { publicAccount } from './local-access.ts'

export interface AdminRouteParts {
  access: AccessDesk
  clock: Clock
  config: () => ConfigView
}

export function addAdminRoutes(app: FastifyInstance, { access, clock, config }: AdminRouteParts): void {
  const answer = (reply: FastifyReply, data: object) =>
    reply.header('cache-control', 'no-store').send(envelope(data, clock.wallNow()))

  app.get('/admin/api/users', async (_request, reply) =>
    answer(reply, { accounts: access.accounts().map(publicAccount), tokens: access.tokens() }),
  )

  app.get('/admin/api/sessions', async (request, reply) => {
    invariant(request.caller !== null, 'the guard lets nobody else here')
    const own = sessionId(request.caller.holder)
    const sessions = access.sessions().map(({ id, identity, address, beganAt, seenAt, endsAt }) => ({
      id,
      user: identity.shown,
      role: identity.role,
      address,
      began_at: beganAt,
      seen_at: seenAt,
      ends_at: endsAt,
      own: id === own,
    }))
    return answer(reply, { sessions })
  })

  app.post('/admin/api/sessions/end', async (request, reply) => {
    const [{ id }, actor] = [bodyOf(request, SESSION_END), signedInActor(request)]
    return answer(reply, { ended: await access.endSession(id, actor), by: actor.name })
  })

  app.get('/admin/api/config', async (_request, reply) => answer(reply, config()))
}
