/** The public verdict (OB1), and two questions that a supervisor asks of the agent itself. */
import type { FastifyInstance } from 'fastify'
import type { Health } from '#domain/schemas/health.ts'

export function addHealth(app: FastifyInstance, { readHealth }: { readHealth: () => Health }): void {
  app.get('/health', async (_request, reply) => {
    const health = readHealth()
    return reply
      .code(health.status === 'unhealthy' ? 503 : 200)
      .headers({
        'cache-control': 'no-store',
        ...(health.status === 'unhealthy' ? { 'retry-after': '2' } : {}),
      })
      .send(health)
  })
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
