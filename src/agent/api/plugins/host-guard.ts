/**
 * The exact host allow-list, before anything else (SE4): a page of somebody else's that was rebound to our
 * loopback address still sends its own name.
 */
import type { FastifyRequest } from 'fastify'
import { HoldfastProblem } from '#domain/problems.ts'

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

/** Says why a request is not for us, or null. */
export type HostGuard = (request: FastifyRequest) => HoldfastProblem | null

export function hostGuard(publicOrigins: readonly string[]): HostGuard {
  const publicHosts = new Set(publicOrigins.map((origin) => new URL(origin).host))
  return ({ raw, socket }) => {
    // No name can be rebound to an address that was written as a number: the one that was bound is ours, too.
    const names = [...LOOPBACK_NAMES, socket.localAddress].map((name) => `${name}:${socket.localPort}`)
    const hosts = raw.headersDistinct.host ?? []
    const inTarget = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(raw.url ?? '')?.[1]
    const named = inTarget === undefined ? hosts : [...hosts, inTarget]
    if (hosts.length === 1 && named.every((host) => publicHosts.has(host) || names.includes(host)))
      return null
    return new HoldfastProblem('misdirected', 'the Host header names another host')
  }
}

/** On the Unix socket no name is resolved, so none can be rebound: one name, and a proxy by mistake is noticed. */
export const localHostGuard: HostGuard = ({ raw }) => {
  const hosts = raw.headersDistinct.host ?? []
  if (hosts.length === 1 && hosts[0] === 'localhost') return null
  return new HoldfastProblem('misdirected', 'on the Unix socket the Host header is "localhost"')
}
