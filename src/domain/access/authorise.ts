/**
 * The one decision on whether a request may pass (SE3, SE5), for reads, changes and streams alike. What is not
 * stated here is refused: there is no way around that ends in `null` by itself but the last one.
 */
import type { ProblemCode } from '../problems.ts'
import { reaches, type LeastRole, type Role } from './roles.ts'

export interface AskedFor {
  readonly least: LeastRole
  readonly isChange: boolean
  /** The route is open to this host itself, and this is where it was asked from (SE5). */
  readonly isFromHere: boolean
  /** Which site's page asks, as the browser tells it; a script tells nothing. */
  readonly site: 'same' | 'foreign' | 'untold'
  readonly caller: Caller | null
}

export interface Caller {
  readonly role: Role
  /** A browser sends its cookie by itself, whoever made it ask; a token is only sent on purpose. */
  readonly by: { readonly kind: 'token' } | { readonly kind: 'cookie'; readonly csrfMatches: boolean }
}

export function refusalOf({ least, isChange, isFromHere, site, caller }: AskedFor): ProblemCode | null {
  const isGuarded = least !== 'public' || isChange
  if (isGuarded && site === 'foreign') return 'cross_site'
  if (least === 'public' || (isFromHere && !isChange)) return null
  if (caller === null) return 'sign_in_required'
  if (!reaches(caller.role, least)) return 'role_too_low'
  if (isChange && caller.by.kind === 'cookie' && !caller.by.csrfMatches) return 'csrf_token_wrong'
  return null
}
