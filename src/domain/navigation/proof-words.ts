/** The proof in words (SH6, SH7): the same on the console's page, on the classic one and of the command. */
import { secondsText } from '../release/rollback.ts'
import type { NavigationProof, NavigationReport } from '../schemas/navigation-api.ts'

type Round = NonNullable<NavigationProof['round']>
export type ProofRow = 'signed_in' | 'guests' | 'sessions'
export type ProofColumn = 'seen' | 'obeyed' | 'gone' | 'outstanding'

export const PROOF_WORDS = {
  heading: 'Who has left',
  what: 'Console open in',
  rows: {
    signed_in: 'tabs, signed in',
    sessions: 'sessions',
    guests: 'tabs, not signed in',
  } satisfies Record<ProofRow, string>,
  columns: {
    seen: 'Seen',
    obeyed: 'Have left',
    gone: 'Gone without a word',
    outstanding: 'Still there',
  } satisfies Record<ProofColumn, string>,
  open: ({ signed_in: tabs, sessions, guests }: NavigationProof['open']) =>
    `The console is open in ${counted(tabs, 'signed-in tab')} of ${counted(sessions, 'session')}, and in ${counted(guests, 'tab')} without a sign-in.`,
  more: 'More tabs came than are counted.',
  unknown: 'The agent does not answer: who has left is not known.',
} as const

/** Where a reader has a clock of its own. */
type TimeText = (iso: string) => string
const asTold: TimeText = (iso) => iso

export const PROOF_ROWS = Object.keys(PROOF_WORDS.rows) as ProofRow[]
export const PROOF_COLUMNS = Object.keys(PROOF_WORDS.columns) as ProofColumn[]

/** Which engagement is told of, and whether everybody is out of it. */
export function proofSummary(
  { round, counted_since: since }: NavigationProof,
  time: TimeText = asTold,
): string[] {
  if (round === null) return [`Not engaged for all routes since the agent started, ${time(since)}.`]
  const { engaged_at: from, released_at: to } = round
  const span =
    to === null ? `Engaged since ${time(from)}.` : `Last engaged from ${time(from)} to ${time(to)}.`
  return [span, outcomeText(round), ...oldestText(round, time), ...(isMore(round) ? [PROOF_WORDS.more] : [])]
}

function outcomeText(round: Round): string {
  const { signed_in: tabs, guests, last_obeyed_after_ms: tookMs, released_at: released } = round
  const seen = tabs.seen + guests.seen
  const outstanding = tabs.outstanding + guests.outstanding
  const took = tookMs === null ? '' : `; the last one to say so left after ${secondsText(tookMs)}`
  if (seen === 0) return 'Nobody had the console open.'
  if (outstanding === 0) return `Everybody is out: ${counted(seen, 'tab')} seen, none still there${took}.`
  const then = released === null ? '' : ' when it was released'
  return `${outstanding} of ${counted(seen, 'tab')} still had the console open${then}${took}.`
}

function oldestText({ oldest_outstanding: oldest }: Round, time: TimeText): string[] {
  if (oldest === null) return []
  const who = oldest.signed_in ? 'signed in' : 'not signed in'
  return [
    `Outstanding longest: a tab, ${who}, since ${time(oldest.since)}; last heard of ${time(oldest.heard_at)}.`,
  ]
}

function isMore(round: Round): boolean {
  return PROOF_ROWS.some((row) => round[row].more)
}

export function rollbackSummary(
  { target_ms: target, last }: NavigationReport['rollback'],
  time: TimeText = asTold,
): string {
  const declared = `The target time is ${secondsText(target)}`
  if (last === null) return `${declared}; no rollback of the navigation is on record.`
  const { at, by, success, took_ms: took, target_ms: targetThen } = last
  const end = success ? 'succeeded' : 'failed'
  return `${declared}. The last rollback, ${time(at)} by ${by}, ${end} in ${secondsText(took)} of ${secondsText(targetThen)}.`
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
