import type { SessionView } from '#domain/schemas/access-api.ts'
import type { SignedInCaller } from './plugins/access-guard.ts'

/** Who is signed in, as a page is told. */
export function sessionViewOf({
  identity,
  csrf,
  endsAt,
}: Pick<SignedInCaller, 'identity' | 'csrf' | 'endsAt'>): SessionView {
  return { user: identity.shown, role: identity.role, csrf_token: csrf, ends_at: endsAt }
}
