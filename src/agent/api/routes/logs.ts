/** The last lines of Holdfast's and the target's logs (OB4): for operators, not for viewers. */
import type { FastifyInstance } from 'fastify'
import { LOG_LINES, type LogsPage } from '#domain/schemas/logs.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { LOGS } from '../descriptions/logs.ts'
import { envelope } from '../envelope.ts'
import { memoised } from '../memo.ts'
import { queryOf } from '../query.ts'

/** Files are read, and perhaps a program is called: for all who ask at about the same time once. */
const KEPT_MS: DurationMs = 1_000

export interface LogRouteParts {
  readonly logs: () => Promise<LogsPage>
  readonly clock: Clock
}

export function addLogs(app: FastifyInstance, { logs, clock }: LogRouteParts): void {
  const gathered = memoised(logs, { keptMs: KEPT_MS, clock })
  app.get('/admin/api/logs', async (request, reply) => {
    const { lines = LOG_LINES } = queryOf(request, LOGS)
    const page = lastOf(await gathered(), lines)
    return reply.header('cache-control', 'no-store').send(envelope(page, clock.wallNow()))
  })
}

function lastOf({ logs }: LogsPage, count: number): LogsPage {
  return {
    logs: logs.map((log) => ({
      ...log,
      lines: log.lines.slice(-count),
      cut: log.cut || log.lines.length > count,
    })),
  }
}
