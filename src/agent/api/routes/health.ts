/** The verdict, public (OB1) and with all that is known, and two questions that a supervisor asks of the agent itself. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { aged, type DeepHealth } from '#domain/schemas/deep-health.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { memoised } from '../memo.ts'

/** It looks into some files and into the process table; a storm of questions does so once a second. */
const KEPT_MS: DurationMs = 1_000

export interface HealthRouteParts {
  /** Of what the last probe saw: asking does not ask the target (OB5). */
  readonly readHealth: () => Health
  readonly deepHealth: () => Promise<DeepHealth>
  readonly clock: Clock
}

export function addHealth(app: FastifyInstance, { readHealth, deepHealth, clock }: HealthRouteParts): void {
  const gathered = memoised(deepHealth, { keptMs: KEPT_MS, clock })
  app.get('/health', async (_request, reply) => {
    return sendHealth(reply, readHealth())
  })
  app.get('/health/deep', async (_request, reply) =>
    sendHealth(reply, aged(await gathered(), clock.wallNow())),
  )
  app.get('/livez', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ status: 'ok' }),
  )
  app.get('/readyz', async (_request, reply) => {
    const ready = readHealth().checked_at !== null
    return reply
      .code(ready ? 200 : 503)
      .headers({ 'cache-control': 'no-store', ...(ready ? {} : { 'retry-after': '1' }) })
      .send({ status: ready ? 'ok' : 'waiting for the first probe' })
  })
}

function sendHealth(reply: FastifyReply, health: Health): FastifyReply {
  return reply
    .code(health.status === 'unhealthy' ? 503 : 200)
    .headers({
      'cache-control': 'no-store',
      ...(health.status === 'unhealthy' ? { 'retry-after': '2' } : {}),
    })
    .send(health)
}
