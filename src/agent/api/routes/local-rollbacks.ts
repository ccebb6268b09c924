/** For the rollback command (SH7): where to look from outside, and the row that says how it went. */
import type { FastifyInstance } from 'fastify'
import type { JournalEvent } from '#domain/journal/events.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { bodyOf } from '../body-of.ts'
import { ROLLBACK_RECORD } from '../descriptions/local-access.ts'
import { envelope } from '../envelope.ts'
import { keyOf } from '../key-of.ts'
import { localActorOf, type LocalPeers } from '../plugins/local-peer.ts'

export type RolledBack = Extract<JournalEvent, { type: 'rolled_back' }>

export interface LocalRollbackParts {
  peers: LocalPeers
  clock: Clock
  newId: () => string
  consoleUrl: () => string
  /** Durable when it settles; returns the row's id. */
  recordRollback: (event: RolledBack) => Promise<string>
}

export function addLocalRollbacks(app: FastifyInstance, parts: LocalRollbackParts): void {
  const { peers, clock, newId, consoleUrl, recordRollback } = parts
  app.get('/admin/api/local/address', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(envelope({ console_url: consoleUrl() }, clock.wallNow())),
  )
  app.post('/admin/api/local/rollbacks', async (request, reply) => {
    const [body, actor] = [bodyOf(request, ROLLBACK_RECORD), await localActorOf(request, peers)]
    const request_id = keyOf(request) ?? newId()
    const event_id = await recordRollback({ type: 'rolled_back', actor, ...body, request_id })
    return reply.header('cache-control', 'no-store').send(envelope({ event_id }, clock.wallNow()))
  })
}
