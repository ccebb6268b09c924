/**
 * Which problems a route may answer with: those of its own, and those that follow from its role, method and what it
 * reads, since the guards that refuse so are the same for all.
 */
import { PROBLEMS, type ProblemCode } from '#domain/problems.ts'
import type { RouteDescription } from '../describe.ts'
import type { StatedRoute } from '../route-table.ts'

/** What may come of any request: read before there is a route, or a fault inside. */
const OF_EVERY_REQUEST: readonly ProblemCode[] = [
  'bad_request',
  'request_too_slow',
  'misdirected',
  'headers_too_large',
  'internal',
]

export function refusalsOf(
  { method, least }: Pick<StatedRoute, 'method' | 'least'>,
  { refusals = [] }: Pick<RouteDescription, 'refusals'>,
): ProblemCode[] {
  const isChange = method !== 'GET'
  const isGuarded = least !== 'public'
  const codes: readonly ProblemCode[] = [
    ...OF_EVERY_REQUEST,
    ...(isGuarded || isChange ? (['cross_site'] as const) : []),
    ...(isGuarded ? (['sign_in_required', 'accounts_unreadable'] as const) : []),
    ...(isGuarded && least !== 'viewer' ? (['role_too_low'] as const) : []),
    ...(isGuarded && isChange ? (['csrf_token_wrong'] as const) : []),
    ...(isChange ? (['body_too_large'] as const) : []),
    ...refusals,
  ]
  return [...new Set(codes)].toSorted((a, b) => PROBLEMS[a].status - PROBLEMS[b].status || (a < b ? -1 : 1))
}
