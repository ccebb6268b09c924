/** What an operator's tab hands over before it leaves the console (SH3). */
import type { FastifyInstance } from 'fastify'
import { invariant } from '#domain/invariant.ts'
import type { UnsentNotes } from '#agent/classic/unsent-notes.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { UNSENT } from '../descriptions/unsent.ts'
import { envelope } from '../envelope.ts'

interface UnsentParts {
  readonly unsent: UnsentNotes
  readonly clock: Clock
}

export function addUnsent(app: FastifyInstance, { unsent, clock }: UnsentParts): void {
  app.put('/admin/api/unsent', async (request, reply) => {
    const { caller } = request
    invariant(caller !== null, 'the guard lets nobody without a name change anything')
    unsent.keep(caller.holder, bodyOf(request, UNSENT))
    return reply.header('cache-control', 'no-store').send(envelope({ kept: true }, clock.wallNow()))
  })
}
