/**
 * Every route with the least role that may use it (SE5) and its description (OB4). A server with a route that is not here does not start, and a
 * test holds the table against the routes of both. What is reached over the Unix socket is an operator's of the host:
 * there, getting in is the right to read, and a proof of the account the right to change (ADR 0010).
 */
import type { FastifyInstance } from 'fastify'
import type { LeastRole } from '#domain/access/roles.ts'
import { invariant } from '#domain/invariant.ts'
import type { FormAct } from '#agent/classic/facts.ts'
import type { LeftOut, RouteDescription } from './describe.ts'
import { CONFIG, SESSION_END, SESSIONS, USERS } from './descriptions/admin.ts'
import { AUDIT, AUDIT_VERIFY } from './descriptions/audit.ts'
import { BUNDLE } from './descriptions/bundle.ts'
import { CONTRACT } from './descriptions/contract.ts'
import { GATES, RELEASE_WORD } from './descriptions/gates.ts'
import { DEEP_HEALTH, FRONTEND_SHELL, HEALTH, LIVEZ, READYZ } from './descriptions/health.ts'
import * as local from './descriptions/local-access.ts'
import { LOGS } from './descriptions/logs.ts'
import { METRICS } from './descriptions/metrics.ts'
import { NAVIGATION_CHANGE, NAVIGATION_READ } from './descriptions/navigation.ts'
import { OPENAPI } from './descriptions/openapi.ts'
import { RAW_HISTOGRAMS, RAW_PAGE } from './descriptions/raw.ts'
import { LOGIN, LOGIN_LINK, LOGOUT, SESSION } from './descriptions/session.ts'
import { STREAM } from './descriptions/stream.ts'
import { SYSTEM_STATUS } from './descriptions/system-status.ts'
import { UNSENT } from './descriptions/unsent.ts'
import {
  GUARD_RELEASE,
  PAUSE,
  RESTART_DRY_RUN,
  RESUME,
  WORKER_RESTART,
  WORKER_STATUS,
} from './descriptions/worker.ts'

export interface StatedRoute {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly least: LeastRole
  readonly description: RouteDescription | LeftOut
  /** To whoever asks from this very host, and not through a proxy, without signing in. */
  readonly isOpenHere?: boolean
  /** A form of the classic page: what proves its session stands in its body, made for this kind of form. */
  readonly form?: string
  /** Where it is; `both` unless it is named. */
  readonly on?: 'tcp' | 'socket'
}

const FILE: LeftOut = { leftOut: 'a file of the console, for a browser: what is in it is no promise' }

const PAGE: LeftOut = { leftOut: 'a page for people: what it says stands in /health and /admin/api/ as well' }

const LOCAL = { least: 'admin', on: 'socket' } as const

export const ROUTES: readonly StatedRoute[] = [
  { method: 'GET', path: '/health', least: 'public', description: HEALTH },
  { method: 'GET', path: '/livez', least: 'public', description: LIVEZ },
  { method: 'GET', path: '/readyz', least: 'public', description: READYZ },
  { method: 'GET', path: '/health/deep', least: 'viewer', description: DEEP_HEALTH },
  { method: 'GET', path: '/metrics', least: 'viewer', isOpenHere: true, description: METRICS },
  { method: 'GET', path: '/health/frontend-shell', least: 'public', on: 'tcp', description: FRONTEND_SHELL },
  { method: 'GET', path: '/openapi.json', least: 'public', on: 'tcp', description: OPENAPI },
  { method: 'GET', path: '/classic', least: 'public', on: 'tcp', description: PAGE },
  { method: 'GET', path: '/classic/:page', least: 'public', on: 'tcp', description: PAGE },
  { method: 'POST', path: '/classic/sign-in', least: 'public', on: 'tcp', description: PAGE },
  ...formRoutes({
    'sign-out': 'viewer',
    restart: 'operator',
    override: 'operator',
    'guard-release': 'operator',
    pause: 'operator',
    resume: 'operator',
    navigation: 'operator',
  }),
  { method: 'GET', path: '/', least: 'public', on: 'tcp', description: FILE },
  { method: 'GET', path: '/index.html', least: 'public', on: 'tcp', description: FILE },
  /** The console's files, and nothing beside them. */
  { method: 'GET', path: '/*', least: 'public', on: 'tcp', description: FILE },

  { method: 'POST', path: '/admin/api/login', least: 'public', on: 'tcp', description: LOGIN },
  { method: 'POST', path: '/admin/api/login/link', least: 'public', on: 'tcp', description: LOGIN_LINK },
  { method: 'POST', path: '/admin/api/logout', least: 'viewer', on: 'tcp', description: LOGOUT },
  { method: 'GET', path: '/admin/api/session', least: 'viewer', on: 'tcp', description: SESSION },

  { method: 'GET', path: '/admin/api/raw/:streams', least: 'viewer', description: RAW_PAGE },
  { method: 'GET', path: '/admin/api/raw/histograms', least: 'viewer', description: RAW_HISTOGRAMS },
  { method: 'GET', path: '/admin/api/stream', least: 'viewer', on: 'tcp', description: STREAM },
  { method: 'GET', path: '/admin/api/system-status', least: 'viewer', description: SYSTEM_STATUS },
  { method: 'GET', path: '/admin/api/worker/status', least: 'viewer', description: WORKER_STATUS },
  { method: 'POST', path: '/admin/api/worker/restart', least: 'operator', description: WORKER_RESTART },
  { method: 'GET', path: '/admin/api/worker/restart/dry-run', least: 'viewer', description: RESTART_DRY_RUN },
  { method: 'POST', path: '/admin/api/worker/guard/release', least: 'operator', description: GUARD_RELEASE },
  { method: 'POST', path: '/admin/api/worker/pause', least: 'operator', description: PAUSE },
  { method: 'POST', path: '/admin/api/worker/resume', least: 'operator', description: RESUME },
  { method: 'GET', path: '/admin/api/navigation', least: 'viewer', description: NAVIGATION_READ },
  { method: 'PUT', path: '/admin/api/navigation', least: 'operator', description: NAVIGATION_CHANGE },
  { method: 'PUT', path: '/admin/api/unsent', least: 'operator', on: 'tcp', description: UNSENT },
  { method: 'GET', path: '/admin/api/contract', least: 'viewer', description: CONTRACT },
  { method: 'GET', path: '/admin/api/audit', least: 'viewer', description: AUDIT },
  { method: 'GET', path: '/admin/api/audit/verify', least: 'viewer', description: AUDIT_VERIFY },
  { method: 'GET', path: '/admin/api/logs', least: 'operator', description: LOGS },
  { method: 'GET', path: '/admin/api/users', least: 'admin', on: 'tcp', description: USERS },
  { method: 'GET', path: '/admin/api/sessions', least: 'admin', on: 'tcp', description: SESSIONS },
  { method: 'POST', path: '/admin/api/sessions/end', least: 'admin', on: 'tcp', description: SESSION_END },
  { method: 'GET', path: '/admin/api/config', least: 'admin', on: 'tcp', description: CONFIG },
  { method: 'GET', path: '/admin/api/gates', least: 'viewer', description: GATES },
  { method: 'GET', path: '/admin/api/bundle', least: 'operator', description: BUNDLE },

  { method: 'POST', path: '/admin/api/local/challenge', ...LOCAL, description: local.CHALLENGE },
  { method: 'GET', path: '/admin/api/local/accounts', ...LOCAL, description: local.ACCOUNTS },
  { method: 'POST', path: '/admin/api/local/accounts/add', ...LOCAL, description: local.ACCOUNT_ADD },
  {
    method: 'POST',
    path: '/admin/api/local/accounts/password',
    ...LOCAL,
    description: local.ACCOUNT_PASSWORD,
  },
  { method: 'POST', path: '/admin/api/local/accounts/remove', ...LOCAL, description: local.ACCOUNT_REMOVE },
  { method: 'GET', path: '/admin/api/local/tokens', ...LOCAL, description: local.TOKENS },
  { method: 'POST', path: '/admin/api/local/tokens/create', ...LOCAL, description: local.TOKEN_CREATE },
  { method: 'POST', path: '/admin/api/local/tokens/revoke', ...LOCAL, description: local.TOKEN_REVOKE },
  { method: 'POST', path: '/admin/api/local/release', ...LOCAL, description: RELEASE_WORD },
  { method: 'POST', path: '/admin/api/local/login-link', ...LOCAL, description: local.LINK_MAKE },
  { method: 'GET', path: '/admin/api/local/address', ...LOCAL, description: local.ADDRESS },
  { method: 'POST', path: '/admin/api/local/rollbacks', ...LOCAL, description: local.ROLLBACK_RECORD },
]

/** The forms of the classic page (SH4), each with its least role. */
function formRoutes(acts: Readonly<Record<FormAct, LeastRole>>): StatedRoute[] {
  return Object.entries(acts).map(([form, least]) => ({
    method: 'POST',
    path: `/classic/${form}`,
    least,
    on: 'tcp',
    form,
    description: PAGE,
  }))
}

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
