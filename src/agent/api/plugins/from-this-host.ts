/**
 * Whether a request was made on this very host, and not only handed on by it (SE5): a proxy on loopback is as near as
 * a local script, and whoever stands behind it may be anywhere. A proxy tells of itself: by what it adds, or by asking
 * in the name under which the outside knows us.
 */
import type { FastifyRequest } from 'fastify'

/** What nginx, Apache, HAProxy, Envoy, Traefik and their like add, each some of them. */
const ADDED_BY_PROXIES =
  /^(?:forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|x-original-.+|x-holdfast-.+)$/

export function isFromThisHost({ raw, socket }: Pick<FastifyRequest, 'raw' | 'socket'>): boolean {
  return (
    isLoopback(socket.remoteAddress) &&
    isLoopbackName(raw.headers.host) &&
    !Object.keys(raw.headers).some((name) => ADDED_BY_PROXIES.test(name))
  )
}

function isLoopback(address = ''): boolean {
  return /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/.test(address)
}

function isLoopbackName(host = ''): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i.test(host)
}
