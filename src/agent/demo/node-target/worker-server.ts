/** A worker: serves, reports each request to statsd, and leaves when it is retired, its requests answered. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { invariant } from '#domain/invariant.ts'
import { systemClock } from '#agent/system/clock.ts'
import { parseHostPort } from '../arguments.ts'
import type { Faults } from '../faults-file.ts'
import { databasePath } from './database.ts'
import { MasterLink } from './master-link.ts'
import { parseTargetArguments } from './target-arguments.ts'
import { Service } from './service.ts'
import { Statsd } from './statsd.ts'
import { BOOT_ERROR, GRACE_MS } from './wire.ts'

let leaving = false

export async function serve(faults: () => Faults): Promise<void> {
  const { bind, statsd } = parseTargetArguments(process.argv.slice(2))
  const metrics = await Statsd.open(statsd)
  const link = new MasterLink(() => retire(server))
  const service = new Service({
    link,
    faults,
    clock: systemClock,
    databasePath: databasePath(variable('HOLDFAST_DEMO_DATA_DIR')),
    pricing: parseHostPort('HOLDFAST_DEMO_PRICING', variable('HOLDFAST_DEMO_PRICING')),
  })
  const server = createServer((request, response) => {
    const startedMs = systemClock.monotonicNow()
    // As gunicorn does it: a request whose caller went away is not reported.
    response.on('finish', () => metrics.request(systemClock.monotonicNow() - startedMs, response.statusCode))
    // While leaving, kept-alive connections end with their current answer.
    if (leaving) response.shouldKeepAlive = false
    void service.answer(request.method ?? 'GET', pathOf(request), response)
  })
  server.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(BOOT_ERROR)
  })
  server.listen({ host: bind.host, port: bind.port, backlog: 2048 }, () => link.tell({ tell: 'ready' }))
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTTIN', 'SIGTTOU', 'SIGUSR1'] as const)
    process.on(signal, ignore)
  process.on('SIGTERM', () => retire(server))
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0] ?? '/'
}

function retire(server: Server): void {
  if (leaving) return
  leaving = true
  if (!server.listening) process.exit(0)
  server.close(() => process.exit(0))
  server.closeIdleConnections()
  setTimeout(() => process.exit(0), GRACE_MS).unref()
}

/** Signals to the whole group are the master's business; the default acts would end the worker. */
function ignore(): void {}

function variable(name: string): string {
  const value = process.env[name]
  invariant(value !== undefined, `the target is told ${name}`)
  return value
}
