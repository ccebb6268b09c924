import type { LeastRole } from '../access/roles.ts'

/**
 * The one list of pages (SH1): drawers, routes, titles and roles come from here. The not-found page is no
 * entry: nobody navigates to it. A path has one segment: the console is served under any prefix, and finds
 * its files relative to the page.
 */
export const DRAWERS = {
  observe: 'Observe',
  recover: 'Recover',
  release: 'Release',
  admin: 'Admin',
} as const

export type Drawer = keyof typeof DRAWERS

export interface NavigationEntry {
  readonly id: string
  readonly path: string
  readonly title: string
  readonly drawer: Drawer
  /** The least role that sees it. */
  readonly role: LeastRole
}

export const NAVIGATION = [
  { id: 'overview', path: '/', title: 'Overview', drawer: 'observe', role: 'viewer' },
  { id: 'traffic', path: '/traffic', title: 'Traffic & latency', drawer: 'observe', role: 'viewer' },
  { id: 'pool', path: '/pool', title: 'Pool & breaker', drawer: 'observe', role: 'viewer' },
  { id: 'memory', path: '/memory', title: 'Cache & memory', drawer: 'observe', role: 'viewer' },
  { id: 'logs', path: '/logs', title: 'Logs', drawer: 'observe', role: 'operator' },
  { id: 'watchdog', path: '/watchdog', title: 'Watchdog', drawer: 'recover', role: 'viewer' },
  // Whoever may not restart sees why, and what would happen.
  { id: 'restart', path: '/restart', title: 'Restart control', drawer: 'recover', role: 'viewer' },
  { id: 'audit', path: '/audit', title: 'Audit', drawer: 'recover', role: 'viewer' },
  { id: 'gates', path: '/gates', title: 'Gates', drawer: 'release', role: 'viewer' },
  { id: 'contract', path: '/contract', title: 'Runtime contract', drawer: 'release', role: 'viewer' },
  { id: 'navigation', path: '/navigation', title: 'Navigation', drawer: 'release', role: 'viewer' },
  { id: 'admin', path: '/admin', title: 'Administration', drawer: 'admin', role: 'admin' },
] as const satisfies readonly NavigationEntry[]

export type RouteId = (typeof NAVIGATION)[number]['id']

/** How a route may be called: by its id or its path. */
export const ROUTE_NAMES = NAVIGATION.flatMap(({ id, path }) => [id, path])

/** By its id or its path. */
export function findRoute(named: string): (typeof NAVIGATION)[number] | null {
  return NAVIGATION.find(({ id, path }) => id === named || path === named) ?? null
}
