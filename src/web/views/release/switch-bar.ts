/** Why the kill switch cannot be changed just now, or not from here; null: it can. */
import { SWITCH_WORDS } from '#domain/navigation/switch-words.ts'
import { BARRED_WORDS, REASON_MISSING } from '#domain/policy/act-words.ts'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import { navigationMessages } from '#web/messages-navigation.ts'
import type { Feed } from '#web/stores/feed.ts'
import type { SwitchAsking } from '#web/stores/navigation-desk.ts'

const { barred } = navigationMessages.page

export interface SwitchSituation {
  readonly feed: Feed<NavigationReport>
  readonly asking: SwitchAsking
  /** In words. */
  readonly role: string
  readonly isOperator: boolean
  /** A route's id; empty: all of them. */
  readonly what: string
  readonly reason: string
}

export function switchBar(engaged: boolean, situation: SwitchSituation): string | null {
  const { feed, asking, isOperator, role, what, reason } = situation
  if (!isOperator) return BARRED_WORDS.role(role)
  if (asking.kind === 'sending') return barred.sending
  if (asking.kind === 'unanswered') return barred.unanswered
  // Engaging is the way out when little else works: what is shown may be old, the switch is not.
  if (feed.kind === 'loading' || (!engaged && feed.kind !== 'live')) return barred.notLive
  const own = 'value' in feed ? ownFiles(feed.value, what) : []
  const isOwn = own.some(({ kind }) => kind === 'runtime')
  if (engaged && isOwn && feed.kind === 'live') return barred.isOut
  if (!engaged && own.length === 0) return barred.isIn
  if (!engaged && !isOwn) return SWITCH_WORDS.hardHolds
  return reason.trim() === '' ? REASON_MISSING : null
}

/** Those of exactly this scope: the global switch and that of a route are set and released apart. */
function ownFiles({ by, routes }: NavigationReport, what: string): NavigationReport['by'] {
  if (what === '') return by
  return routes.find(({ id }) => id === what)?.by.filter(({ route }) => route === what) ?? []
}
