/**
 * The built console, as files. Hashed assets never change; the document is never kept, so that a deploy is
 * seen at the next load. Any address that is not a file or an endpoint is the console's own to show.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ALL_OUT, NGINX_SAW } from '#domain/navigation/addresses.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { ServedSnapshot } from '#domain/schemas/served-snapshot.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { Shell } from '../descriptions/health.ts'
import { addClassic, type ClassicParts } from './classic.ts'
import { baseOf } from '../base-of.ts'
import { memoised } from '../memo.ts'
import { notFound, sendProblem } from '../plugins/problems.ts'
import { sessionViewOf } from '../session-view.ts'
import { withVerdict } from '../served-verdict.ts'

/** Of the watchdog's own word, which is a file. */
const KEPT_MS: DurationMs = 1000

const NOT_THE_CONSOLES = /^\/(admin\/api|assets|health|livez|readyz|metrics|openapi\.json)(\/|$)/

export interface ConsoleParts extends ClassicParts {
  readonly consoleDirectory: string
  readonly readHealth: () => Health
  readonly isWatchdogRunning: () => Promise<boolean>
  readonly clock: Clock
  readonly log: (sentence: string) => void
}

export async function addConsole(app: FastifyInstance, parts: ConsoleParts): Promise<void> {
  const { consoleDirectory: directory, clock, navigation } = parts
  const sendClassic = await addClassic(app, parts)
  const isWatchdogRunning = memoised(parts.isWatchdogRunning, { keptMs: KEPT_MS, clock })
  const sendDocument = documentSender({ ...parts, isWatchdogRunning })
  // Asked at each load (SH3): the next one after the file is there gets the classic page, at its own address.
  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    const isOut = request.headers[NGINX_SAW] === ALL_OUT || navigation.isEngaged()
    return isOut ? sendClassic(request, reply) : sendDocument(request, reply)
  }

  await app.register(fastifyStatic, {
    root: directory,
    index: false,
    dotfiles: 'deny',
    decorateReply: true,
    // As the build has left them beside each file.
    preCompressed: true,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(directory, 'assets'))
      // The rest is what takes away an older console: never kept.
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-store')
    },
  })
  app.get('/', sendPage)
  app.get('/index.html', sendPage)
  app.get('/health/frontend-shell', async (_request, reply) => {
    const shell = await inspectShell(directory)
    return reply
      .code(shell.loadable ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(shell)
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    const isPage = request.method === 'GET' && (request.headers.accept ?? '').includes('text/html')
    if (!isPage || NOT_THE_CONSOLES.test(path)) return sendProblem(reply, notFound(request))
    return sendPage(request, reply)
  })
}

function documentSender(
  parts: ConsoleParts,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  return async (request, reply) => {
    const file = join(parts.consoleDirectory, 'index.html')
    const html = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new HoldfastProblem('console_not_built', 'dist/index.html is not there', { cause })
    })
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(
        (await judged(html, request, parts)).replace('<head>', `<head><base href="${baseOf(request.url)}">`),
      )
  }
}

/** A document without its verdict still brings the console. */
async function judged(html: string, request: FastifyRequest, parts: ConsoleParts): Promise<string> {
  const { readHealth, isWatchdogRunning, clock, log } = parts
  const watchdog_running = await isWatchdogRunning().catch(() => null)
  try {
    const visitor = await visitorSeen(request, parts).catch(() => undefined)
    return withVerdict(html, { at: clock.wallNow(), health: readHealth(), watchdog_running, visitor })
  } catch (error) {
    log(`the document is served without its verdict: ${String(error)}`)
    return html
  }
}

/**
 * Whoever is signed in gets with the document what the first page asks for otherwise. It is their own: the document is never
 * kept, and comes with their cookie only when their own page, or they, asked for it (SameSite=Strict).
 */
async function visitorSeen(
  request: FastifyRequest,
  { visitorOf, system }: ConsoleParts,
): Promise<ServedSnapshot['visitor']> {
  const visitor = visitorOf(request)
  return visitor === null ? null : { session: sessionViewOf(visitor), status: await system.read() }
}

/** Whether each file that the document names is there (OB). */
async function inspectShell(directory: string): Promise<Shell> {
  const html = await readFile(join(directory, 'index.html'), 'utf8').catch(() => '')
  const named = [...html.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1] ?? '')
  const found = await Promise.all(
    named.map((name) =>
      readFile(join(directory, name)).then(
        () => true,
        () => false,
      ),
    ),
  )
  const missing = named.filter((_, i) => found[i] !== true)
  return { loadable: html !== '' && named.length > 0 && missing.length === 0, assets: named.length, missing }
}
