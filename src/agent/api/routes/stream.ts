/** The agent's own word to whoever listens (OB4), as server-sent events. */
import type { FastifyInstance } from 'fastify'
import { invariant } from '#domain/invariant.ts'
import type { LiveReaders } from '#agent/live/live-readers.ts'
import { headerOf } from '../header-of.ts'

const LAST_EVENT_ID_LIMIT = 64

export interface StreamRouteParts {
  readonly live: LiveReaders
}

export function addStream(app: FastifyInstance, { live }: StreamRouteParts): void {
  // Of a stream there is no head alone: it would be opened, and never read.
  app.get('/admin/api/stream', { exposeHeadRoute: false }, async (request, reply) => {
    const { caller } = request
    invariant(caller !== null, 'the guard lets nobody without a name listen')
    live.demandRoom(caller.holder)
    const { raw } = reply.hijack()
    // It ends when its connection does: nothing has to be wrapped in chunks.
    raw.removeHeader('transfer-encoding')
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // What stands before us must not collect it.
      'x-accel-buffering': 'no',
      connection: 'close',
    })
    const lastEventId = headerOf(request, 'last-event-id')?.slice(0, LAST_EVENT_ID_LIMIT) ?? null
    const gone = live.open({
      outlet: raw,
      holder: caller.holder,
      isStillIn: caller.isStillIn,
      lastEventId,
    })
    raw.on('close', gone)
    raw.on('error', gone)
  })
  app.addHook('preClose', async () => live.close('agent_stopping'))
}
