/** The agent's HTTP server: guards first, then endpoints, then the console's files. */
import Fastify, { type FastifyInstance } from 'fastify'
import type { Health } from '#domain/schemas/health.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { hostGuard } from './plugins/host-guard.ts'
import { addProblems, answerUnreadable, httpProblem, sendProblem } from './plugins/problems.ts'
import { SECURITY_HEADERS } from './plugins/security-headers.ts'
import { addConsole } from './routes/console.ts'
import { addHealth } from './routes/health.ts'
import { addRawRoutes } from './routes/raw.ts'
import { addSystemStatus, type SystemView } from './routes/system-status.ts'

const REQUEST_BYTES_LIMIT = 64 * 1024
const HEADERS_WAIT_MS = 5000
const REQUEST_WAIT_MS = 10_000

export interface ServerParts {
  store: RawStore
  clock: Clock
  readHealth: () => Health
  system: SystemView
  publicOrigins: readonly string[]
  consoleDirectory: string
  log: (sentence: string) => void
}

export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const misdirected = hostGuard(parts.publicOrigins)
  const app = Fastify({
    bodyLimit: REQUEST_BYTES_LIMIT,
    requestTimeout: REQUEST_WAIT_MS,
    routerOptions: { maxParamLength: 200 },
    // Node looks only every 30 s by itself: the limits would hold ten times as long.
    http: { headersTimeout: HEADERS_WAIT_MS, connectionsCheckingInterval: 1000 },
    forceCloseConnections: true,
    clientErrorHandler: answerUnreadable,
    // An address that can't be decoded reaches no hook: the guards are asked here.
    frameworkErrors: (error, request, reply) => {
      sendProblem(reply.headers(SECURITY_HEADERS), misdirected(request) ?? httpProblem(error, request))
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS)
    const problem = misdirected(request)
    if (problem !== null) return sendProblem(reply, problem)
  })
  addProblems(app, parts.log)
  addHealth(app, parts)
  addRawRoutes(app, parts)
  addSystemStatus(app, parts)
  await addConsole(app, parts.consoleDirectory)
  return app
}
