/**
 * Every route with the least role that may use it (SE5). A server with a route that is not here does not start, and a
 * test holds the table against the routes of both. What is reached over the Unix socket is an operator's of the host:
 * there, getting in is the right to read, and a proof of the account the right to change (ADR 0010).
 */
import type { FastifyInstance } from 'fastify'
import type { LeastRole } from '#domain/access/roles.ts'
import { invariant } from '#domain/invariant.ts'

export interface StatedRoute {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly least: LeastRole
  /** Where it is; `both` unless it is named. */
  readonly on?: 'tcp' | 'socket'
}

export const ROUTES: readonly StatedRoute[] = [
  { method: 'GET', path: '/health', least: 'public' },
  { method: 'GET', path: '/livez', least: 'public' },
  { method: 'GET', path: '/readyz', least: 'public' },
  { method: 'GET', path: '/health/frontend-shell', least: 'public', on: 'tcp' },
  { method: 'GET', path: '/', least: 'public', on: 'tcp' },
  { method: 'GET', path: '/index.html', least: 'public', on: 'tcp' },
  /** The console's files, and nothing beside them. */
  { method: 'GET', path: '/*', least: 'public', on: 'tcp' },

  { method: 'POST', path: '/admin/api/login', least: 'public', on: 'tcp' },
  { method: 'POST', path: '/admin/api/login/link', least: 'public', on: 'tcp' },
  { method: 'POST', path: '/admin/api/logout', least: 'viewer', on: 'tcp' },
  { method: 'GET', path: '/admin/api/session', least: 'viewer', on: 'tcp' },

  { method: 'GET', path: '/admin/api/raw/:streams', least: 'viewer' },
  { method: 'GET', path: '/admin/api/raw/histograms', least: 'viewer' },
  { method: 'GET', path: '/admin/api/system-status', least: 'viewer' },
  { method: 'GET', path: '/admin/api/worker/status', least: 'viewer' },
  { method: 'POST', path: '/admin/api/worker/restart', least: 'operator' },
  { method: 'POST', path: '/admin/api/worker/guard/release', least: 'operator' },
  { method: 'POST', path: '/admin/api/worker/pause', least: 'operator' },
  { method: 'POST', path: '/admin/api/worker/resume', least: 'operator' },
  { method: 'GET', path: '/admin/api/bundle', least: 'operator' },

  { method: 'POST', path: '/admin/api/local/challenge', least: 'admin', on: 'socket' },
  { method: 'GET', path: '/admin/api/local/accounts', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/accounts/add', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/accounts/password', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/accounts/remove', least: 'admin', on: 'socket' },
  { method: 'GET', path: '/admin/api/local/tokens', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/tokens/create', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/tokens/revoke', least: 'admin', on: 'socket' },
  { method: 'POST', path: '/admin/api/local/login-link', least: 'admin', on: 'socket' },
]

/** Before any route is added: each is looked up as it comes. */
export function demandStatedRoutes(app: FastifyInstance, where: 'tcp' | 'socket'): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      invariant(statedRoute(one, url, where) !== null, `the route table states who may ${one} ${url}`)
    }
  })
}

/** null: nobody has stated who may, and so nobody may. */
export function statedRoute(method: string, path: string, where: 'tcp' | 'socket'): StatedRoute | null {
  const asked = method === 'HEAD' ? 'GET' : method
  return (
    ROUTES.find((route) => route.method === asked && route.path === path && (route.on ?? where) === where) ??
    null
  )
}
