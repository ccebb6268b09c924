/**
 * What is asked of the history that the journals say in sum (fold.ts): what counts now, what is closed, what is open. By
 * ages that no clock can shorten (event-clock.ts), and by nothing that the state does not hold.
 */
import type { PolicyConfig } from '../policy/config.ts'
import type { Restart } from '../policy/restarts.ts'
import type { DurationMs } from '../time.ts'
import { ageMs, isAtOrBefore, type Moment } from './event-clock.ts'
import type { EventTime } from './events.ts'
import {
  countsAs,
  RESTARTS_LIMIT,
  type Attempt,
  type HistoryItem,
  type JournalState,
  type Pause,
} from './fold.ts'
import type { KnownRequest } from './requests.ts'

/** The restarts that the policy counts, with ages that no clock can shorten or turn negative. */
export function restartsFor(
  { clock, guard, history }: JournalState,
  { now }: { readonly now: EventTime },
): Restart[] {
  const restarts: Restart[] = []
  for (const { kind, moment } of digestOf(history).restarts) {
    const released = guard.releasedAt !== null && isAtOrBefore(clock, moment, guard.releasedAt)
    restarts.push({ kind, at: now.wall - ageMs(clock, moment, now), released })
  }
  return restarts
}

/**
 * What a decision needs of up to a thousand items, each with all that was said of it: found once for each history, before
 * anybody waits for the decision, and kept side by side.
 */
interface Digest {
  readonly restarts: readonly { readonly kind: Restart['kind']; readonly moment: Moment }[]
  readonly isInProgress: boolean
}

function digestOf(history: readonly HistoryItem[]): Digest {
  const known = DIGESTS.get(history)
  if (known !== undefined) return known
  const restarts = history.flatMap((item) => {
    const kind = countsAs(item)
    const { boot, monotonic } = item.at
    return kind === 'none' ? [] : [{ kind, moment: { boot, monotonic } }]
  })
  const digest = { restarts, isInProgress: history.some(isInProgress) }
  DIGESTS.set(history, digest)
  return digest
}

const DIGESTS = new WeakMap<readonly HistoryItem[], Digest>()

function isInProgress(item: HistoryItem): boolean {
  return item.kind === 'attempt' && item.outcome === null && !item.abandoned
}

/** A release covers everything at or before it (WD4). */
function isReleased({ clock, guard }: JournalState, at: EventTime): boolean {
  return guard.releasedAt !== null && isAtOrBefore(clock, at, guard.releasedAt)
}

/** Whether the latch holds: by `window` it opens after one window without any restart, else by a person. */
export function isGuardLatched(
  state: JournalState,
  { guardRelease, windowMs }: Pick<PolicyConfig, 'guardRelease' | 'windowMs'>,
  now: EventTime,
): boolean {
  const { latchedAt } = state.guard
  if (latchedAt === null || isReleased(state, latchedAt)) return false
  if (guardRelease === 'manual') return true
  return !hadQuietWindow(state, latchedAt, windowMs, now)
}

/** At any time since: what a quiet window has opened, the next restart does not close; only another latch does. */
function hadQuietWindow(
  { clock, history }: JournalState,
  latchedAt: EventTime,
  windowMs: DurationMs,
  now: EventTime,
): boolean {
  const latchAgeMs = ageMs(clock, latchedAt, now)
  const restartAgesMs = digestOf(history)
    .restarts.map(({ moment }) => ageMs(clock, moment, now))
    .filter((age) => age <= latchAgeMs)
  // Where the oldest restarts are forgotten, the time before those that are known is not told to have been quiet.
  const isWhole = restartAgesMs.length < RESTARTS_LIMIT
  const agesMs = [...(isWhole ? [latchAgeMs] : []), ...restartAgesMs, 0].toSorted((one, other) => other - one)
  return agesMs.some((age, index) => (agesMs[index - 1] ?? age) - age > windowMs)
}

/** The expiry is a length from its beginning, so that setting the clock forward does not end it (WD11, WD13). */
export function activePause(state: JournalState, now: EventTime): Pause | null {
  const { pause, clock } = state
  if (pause === null || pause.until === null) return pause
  return ageMs(clock, pause.at, now) < pause.until - pause.at.wall ? pause : null
}

export function openAttempts(state: JournalState): (Attempt & { readonly at: EventTime })[] {
  return state.history.filter((item) => item.kind === 'attempt').filter(({ outcome }) => outcome === null)
}

export function isRestartInProgress({ history }: JournalState): boolean {
  return digestOf(history).isInProgress
}

export function lastAttempt(state: JournalState): (Attempt & { readonly at: EventTime }) | null {
  return state.history.findLast((item) => item.kind === 'attempt') ?? null
}

/**
 * Whether another flag was taken where the flag of this request was to lie, written after the request was recorded,
 * and long enough ago for its own to have come: only Holdfast's own writers leave a flag alone that stands.
 */
export function isReplaced(
  { clock, foreignFlag }: JournalState,
  { at }: KnownRequest,
  now: EventTime,
): boolean {
  if (foreignFlag === null || !isAtOrBefore(clock, at, foreignFlag.takenAt)) return false
  const stoodBefore = foreignFlag.writtenAt !== null && foreignFlag.writtenAt < at.wall
  return !stoodBefore && ageMs(clock, foreignFlag.takenAt, now) > PUBLISHING_MS
}

/**
 * Whether a request was recorded before a person began this history in place of one that could not be read. What
 * became of it stood there, and is not known: it is answered, and not carried out (WD11).
 */
export function isOfLostHistory(
  { clock, guard, beganAt }: JournalState,
  { at }: Pick<KnownRequest, 'at'>,
): boolean {
  if (beganAt === null || guard.releasedAt === null) return false
  return isAtOrBefore(clock, at, guard.releasedAt) && isAtOrBefore(clock, guard.releasedAt, beganAt)
}

/** A writer publishes right after it has recorded. */
const PUBLISHING_MS = 5_000

/**
 * The history for whoever reads a list of it. Restarts that are still in their window are all in it, beyond the limit
 * if need be; the rest of the room goes to the newest of everything else: no number of refusals hides one (WD11).
 */
export function shownHistory(
  state: JournalState,
  {
    windowMs,
    limit,
    now,
  }: { readonly windowMs: DurationMs; readonly limit: number; readonly now: EventTime },
): HistoryItem[] {
  const isInWindow = ({ at }: HistoryItem) => ageMs(state.clock, at, now) <= windowMs
  const kept = new Set(state.history.filter((item) => countsAs(item) !== 'none' && isInWindow(item)))
  const room = Math.max(0, limit - kept.size)
  const others = state.history.filter((item) => !kept.has(item))
  for (const item of room === 0 ? [] : others.slice(-room)) kept.add(item)
  return state.history.filter((item) => kept.has(item))
}
