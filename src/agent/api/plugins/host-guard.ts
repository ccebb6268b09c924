/**
 * The exact host allow-list, before anything else (SE4): a page of somebody else's that was rebound to our
 * loopback address still sends its own name.
 */
import type { FastifyInstance } from 'fastify'
import { HoldfastProblem } from '#domain/problems.ts'
import { sendProblem } from './problems.ts'

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

export function addHostGuard(app: FastifyInstance, publicOrigins: readonly string[]): void {
  const publicHosts = new Set(publicOrigins.map((origin) => new URL(origin).host))
  app.addHook('onRequest', async (request, reply) => {
    const host = request.headers.host ?? ''
    const port = request.socket.localPort
    if (publicHosts.has(host) || LOOPBACK_NAMES.some((name) => host === `${name}:${port}`)) return
    return sendProblem(reply, new HoldfastProblem('misdirected', 'the Host header names another host'))
  })
}
