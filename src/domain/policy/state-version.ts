/**
 * The version of what somebody saw before asking (WD17): sent back as `If-Match`, so that nobody acts on a page
 * that is no longer true. It is readable, not a hash: a stale one can then be told what changed.
 *
 * The seconds of a cooldown are not in it. They run down by themselves, and every click would be stale.
 */
import type { JournalState } from '../journal/fold.ts'
import { lastAttempt } from '../journal/questions.ts'
import type { PolicyState } from '../schemas/health.ts'

interface Seen {
  readonly state: PolicyState
  readonly attemptsInWindow: number
  readonly churn: number
}

const PARTS = {
  s: 'the policy state',
  a: 'the attempts in the window',
  c: 'the restarts in the window',
  r: 'the last attempt',
  g: 'the guard',
  p: 'the pause',
} as const
type Part = keyof typeof PARTS

const FORM = /^s=[a-z_]+(?:;[acrgp]=[0-9-]+){5}$/

export function policyVersion({ state, attemptsInWindow, churn }: Seen, history: JournalState): string {
  const { guard, pause } = history
  const parts: Readonly<Record<Part, string>> = {
    s: state,
    a: String(attemptsInWindow),
    c: String(churn),
    r: moment(lastAttempt(history)?.at),
    g: `${moment(guard.latchedAt)}-${moment(guard.releasedAt)}`,
    p: moment(pause?.at),
  }
  return Object.entries(parts)
    .map(([name, value]) => `${name}=${value}`)
    .join(';')
}

/** What is different, in words; empty where nothing is. */
export function changesBetween(seen: string, present: string): string[] {
  if (!FORM.test(seen)) return ['the version is none that was given out']
  const now = partsOf(present)
  return [...partsOf(seen)]
    .filter(([name, value]) => now.get(name) !== value)
    .map(([name, value]) =>
      name === 's' ? `the policy state was ${value} and is ${now.get('s')}` : `${PARTS[name]} changed`,
    )
}

function partsOf(version: string): Map<Part, string> {
  return new Map(
    version.split(';').map((part) => {
      const [name = '', value = ''] = part.split('=')
      return [name as Part, value]
    }),
  )
}

function moment(at: { readonly wall: number } | null | undefined): string {
  return at === null || at === undefined ? '0' : String(Math.round(at.wall))
}
