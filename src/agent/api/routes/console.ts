/**
 * The built console, as files. Hashed assets never change; the document is never kept, so that a deploy is
 * seen at the next load. Any address that is not a file or an endpoint is the console's own to show.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Shell } from '../descriptions/health.ts'
import { notFound, sendProblem } from '../plugins/problems.ts'

const NOT_THE_CONSOLES = /^\/(admin\/api|assets|health|livez|readyz|metrics|openapi\.json)(\/|$)/

export async function addConsole(app: FastifyInstance, directory: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: directory,
    index: false,
    dotfiles: 'deny',
    decorateReply: true,
    setHeaders: (reply, path) => {
      const hashed = path.startsWith(join(directory, 'assets'))
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/', (request, reply) => sendDocument(reply, directory, request.url))
  app.get('/index.html', (request, reply) => sendDocument(reply, directory, request.url))
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
    return sendDocument(reply, directory, request.url)
  })
}

/**
 * The document's addresses are relative. On a deep link they need a base, given by the depth of the asked
 * path: right under any prefix that a proxy takes away.
 */
async function sendDocument(reply: FastifyReply, directory: string, url: string): Promise<FastifyReply> {
  const html = await readFile(join(directory, 'index.html'), 'utf8').catch((cause: unknown) => {
    throw new HoldfastProblem('console_not_built', 'dist/index.html is not there', { cause })
  })
  const depth = (url.split('?')[0] ?? '/').split('/').length - 2
  const base = depth <= 0 ? './' : '../'.repeat(depth)
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(html.replace('<head>', `<head><base href="${base}">`))
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
