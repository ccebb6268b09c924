/** The agent's two HTTP servers: guards first, then endpoints, then on TCP the console's files. */
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { addAccessGuard, signedInActor, type AccessGuardParts } from './plugins/access-guard.ts'
import { hostGuard, localHostGuard, type HostGuard } from './plugins/host-guard.ts'
import { localActorOf } from './plugins/local-peer.ts'
import { addProblems, answerUnreadable, httpProblem, notFound, sendProblem } from './plugins/problems.ts'
import { UnsentNotes } from '#agent/classic/unsent-notes.ts'
import { SECURITY_HEADERS } from '#domain/security-headers.ts'
import { addTabPresence } from './plugins/tab-presence.ts'
import { addAdminRoutes, type AdminRouteParts } from './routes/admin.ts'
import { addAuditRoutes, type AuditRouteParts } from './routes/audit.ts'
import { addBundle, type BundleMaker } from './routes/bundle.ts'
import { addContract, type ContractRouteParts } from './routes/contract.ts'
import { addConsole, type ConsoleParts } from './routes/console.ts'
import { addGates, addReleaseWords, type GatesRouteParts } from './routes/gates.ts'
import { addHealth, type HealthRouteParts } from './routes/health.ts'
import { addLocalAccessRoutes, type LocalAccessRouteParts } from './routes/local-access.ts'
import { addLocalRollbacks, type LocalRollbackParts } from './routes/local-rollbacks.ts'
import { addOpenApi } from './routes/openapi.ts'
import { addLogs, type LogRouteParts } from './routes/logs.ts'
import { addMetrics } from './routes/metrics.ts'
import { addNavigation, type NavigationDesk, type NavigationRouteParts } from './routes/navigation.ts'
import { addRawHistograms } from './routes/raw-histograms.ts'
import { addRawRoutes, type RawRouteParts } from './routes/raw.ts'
import { addSessionRoutes } from './routes/session.ts'
import { addStream, type StreamRouteParts } from './routes/stream.ts'
import { addUnsent } from './routes/unsent.ts'
import { addSystemStatus, type SystemView } from './routes/system-status.ts'
import { addWorkerRoutes, type WorkerRouteParts } from './routes/worker.ts'
import { demandStatedRoutes } from './route-table.ts'

const REQUEST_BYTES_LIMIT = 64 * 1024
const HEADERS_WAIT_MS = 5000
const REQUEST_WAIT_MS = 10_000

/** What both servers have. */
export type SharedParts = RawRouteParts &
  AuditRouteParts &
  ContractRouteParts &
  LogRouteParts &
  HealthRouteParts &
  GatesRouteParts &
  Omit<WorkerRouteParts, 'actorOf'> & {
    metrics: () => Promise<string>
    system: SystemView
    bundle: BundleMaker
    navigation: NavigationDesk
    log: (sentence: string) => void
  }

export type ServerParts = SharedParts &
  AccessGuardParts &
  AdminRouteParts &
  StreamRouteParts &
  Omit<ConsoleParts, 'visitorOf' | 'unsent'>

export type LocalServerParts = SharedParts & LocalAccessRouteParts & LocalRollbackParts

/** On TCP: each route for the role that the table states, and for nobody else (SE5). */
export async function buildServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = newServer(hostGuard(parts.publicOrigins), parts)
  const visitorOf = addAccessGuard(app, parts)
  addTabPresence(app, parts)
  addShared(app, { ...parts, actorOf: signedInActor, releaser: 'console' })
  addSessionRoutes(app, parts)
  addAdminRoutes(app, parts)
  addOpenApi(app)
  addStream(app, parts)
  const unsent = new UnsentNotes(parts.clock)
  addUnsent(app, { ...parts, unsent })
  await addConsole(app, { ...parts, visitorOf, unsent })
  return app
}

/** On the Unix socket: for operators of this host, without an account in the network (SE7). */
export function buildLocalServer(parts: LocalServerParts): FastifyInstance {
  const app = newServer(localHostGuard, parts)
  demandStatedRoutes(app, 'socket')
  const actorOf = (request: FastifyRequest) => localActorOf(request, parts.peers)
  addShared(app, { ...parts, actorOf, releaser: 'host' })
  addLocalAccessRoutes(app, parts)
  addLocalRollbacks(app, parts)
  addReleaseWords(app, parts)
  app.setNotFoundHandler((request, reply) => sendProblem(reply, notFound(request)))
  return app
}

function addShared(
  app: FastifyInstance,
  parts: SharedParts & Pick<NavigationRouteParts, 'actorOf' | 'releaser'>,
): void {
  addHealth(app, parts)
  addMetrics(app, parts)
  addRawRoutes(app, parts)
  addRawHistograms(app, parts)
  addSystemStatus(app, parts)
  addWorkerRoutes(app, parts)
  addNavigation(app, parts)
  addContract(app, parts)
  addAuditRoutes(app, parts)
  addLogs(app, parts)
  addBundle(app, parts)
  addGates(app, parts)
}

function newServer(misdirected: HostGuard, { log }: Pick<SharedParts, 'log'>): FastifyInstance {
  const app = Fastify({
    bodyLimit: REQUEST_BYTES_LIMIT,
    requestTimeout: REQUEST_WAIT_MS,
    routerOptions: { maxParamLength: 200 },
    http: {
      headersTimeout: HEADERS_WAIT_MS,
      // Node looks only every 30 s by itself: the limits would hold ten times as long.
      connectionsCheckingInterval: 1000,
      // The host guard says what is missing; Node's own answer says nothing, and has none of our headers.
      requireHostHeader: false,
    },
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
  // Node answers 417 to an expectation that it does not know, past every guard; it may as well be passed over.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  addProblems(app, log)
  return app
}
