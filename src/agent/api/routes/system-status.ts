import type { FastifyInstance } from 'fastify'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { envelope } from '../envelope.ts'

export interface SystemView {
  read(): Promise<SystemStatus>
}

export function addSystemStatus(
  app: FastifyInstance,
  { system, clock }: { system: SystemView; clock: Clock },
): void {
  app.get('/admin/api/system-status', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send(envelope(await system.read(), clock.wallNow())),
  )
}
