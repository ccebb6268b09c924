/** The agent's two HTTP servers: guards first, then endpoints, then on TCP the console's files. */
import Fastify, { type FastifyInstance } from 'fastify'
import type { Health } from '#domain/schemas/health.ts'
import { hostGuard, localHostGuard, type HostGuard } from './plugins/host-guard.ts'
import { addProblems, answerUnreadable, httpProblem, notFound, sendProblem } from './plugins/problems.ts'
import { SECURITY_HEADERS } from './plugins/security-headers.ts'
import { addBundle, type BundleMaker } from './routes/bundle.ts'
import { addConsole } from './routes/console.ts'
import { addHealth } from './routes/health.ts'
import { addRawHistograms } from './routes/raw-histograms.ts'
import { addRawRoutes, type RawRouteParts } from './routes/raw.ts'
import { addSystemStatus, type SystemView } from './routes/system-status.ts'
import { addWorkerRoutes, type WorkerRouteParts } from './routes/worker.ts'

const REQUEST_BYTES_LIMIT = 64 * 1024
const HEADERS_WAIT_MS = 5000
const REQUEST_WAIT_MS = 10_000

interface ReadParts extends RawRouteParts {
  readHealth: () => Health
  system: SystemView
  log: (sentence: string) => void
}

export interface ServerParts extends ReadParts {
  publicOrigins: readonly string[]
  consoleDirectory: string
}

export type LocalServerParts = ReadParts & WorkerRouteParts & { bundle: BundleMaker }

/** On TCP: nothing can be changed through it. */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = newServer(hostGuard(parts.publicOrigins), parts)
  await addConsole(app, parts.consoleDirectory)
  return app
}

/** On the Unix socket: the same reads, and what an operator of this host may change (SE7). */
export function buildLocalServer(parts: LocalServerParts): FastifyInstance {
  const app = newServer(localHostGuard, parts)
  addWorkerRoutes(app, parts)
  addBundle(app, parts)
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)))
  return app
}

function newServer(misdirected: HostGuard, parts: ReadParts): FastifyInstance {
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
  addRawHistograms(app, parts)
  addSystemStatus(app, parts)
  return app
}
