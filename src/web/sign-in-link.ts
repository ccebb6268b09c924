/**
 * A sign-in link's token, out of the page's address (SE2). It goes from there before anything else looks at the
 * address, a router above all: in the history it would be found by whoever uses the browser next.
 */
import { LINK_FRAGMENT } from '#domain/access/sign-in-link.ts'

export function takeSignInLink(page: Window): string | null {
  const [name, token = ''] = page.location.hash.slice(1).split('=')
  if (name !== LINK_FRAGMENT) return null
  page.history.replaceState(page.history.state, '', page.location.pathname + page.location.search)
  return token
}
