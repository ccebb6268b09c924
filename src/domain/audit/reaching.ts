/**
 * What reaches over which places of the audit trail (retention.ts). What is done with reaches to its last row; what is
 * still open, or within the longest window that the policy can be given, reaches on for ever.
 */
import { LONGEST_WINDOW_S } from '../config/kinds.ts'
import { anchorOf, type ChainAnchor } from '../journal/chain.ts'
import { restartAgeMs, sawTime } from '../journal/event-clock.ts'
import { isOfWatchdog, type EventTime, type JournalEvent } from '../journal/events.ts'
import type { JournalState } from '../journal/fold.ts'
import { isGuardLatched } from '../journal/questions.ts'
import type { PolicyConfig } from '../policy/config.ts'
import { dueLatch } from '../policy/due-latch.ts'
import type { EpochMs } from '../time.ts'
import type { AuditEntry, AuditRow, JournalName, Moment } from './trail.ts'

/** In words, as `holdfast prune` says it. */
export const HOLDS = {
  open_request: 'a request without an outcome',
  latched_guard: 'a latch of the guard that nobody has released since (holdfast guard release)',
  pause: 'a pause that is not over (holdfast resume)',
  counted_restarts: 'restarts that the policy counts, or would count again after a reboot',
  unhelpful_restarts: 'restarts in a row that did not help',
  clock: 'a clock that was set forward since the host began: by the monotonic one they are not old',
  not_understood: 'something that this release does not understand: without them it would decide differently',
} as const
export type Hold = keyof typeof HOLDS

/** The rows from `from` on, up to and with `to`, stay together; without an end where it is open. */
export interface Span {
  readonly from: number
  readonly to: number
  readonly open?: Hold
}

/** What is kept of a row that may be old enough, while the others are looked at. */
export interface Place {
  readonly journal: JournalName
  readonly anchor: ChainAnchor
  readonly wall: EpochMs
  readonly isPruning: boolean
  /** What is known after it. */
  readonly moment: Pick<Moment, 'policy' | 'contractVersion'>
}

/** What was seen of each thing that has a beginning and an end. */
interface Extent {
  first: number
  last: number
}

interface BootExtent extends Extent {
  latest: { readonly at: number; readonly monotonic: number }
  watchedAt: number | null
  /** The earliest by any of its rows. */
  beganAt: EpochMs
}

export class Seen {
  /** Up to the first that is too young. What comes after it does not go: it is counted, and not kept in mind. */
  readonly rows: Place[] = []
  readonly #youngFrom: EpochMs
  #count = 0
  #youngRows = 0
  readonly #requests = new Map<string, Extent>()
  readonly #requestOfAttempt = new Map<string, string>()
  readonly #boots = new Map<string, BootExtent>()
  readonly #restarts: { readonly at: number; readonly time: EventTime }[] = []
  #unhelpful: number[] = []
  #pausedAt = 0
  #latchedAt = 0
  #state: JournalState | null = null

  constructor(youngFrom: EpochMs) {
    this.#youngFrom = youngFrom
  }

  /** Of those beyond `rows`; that tell of a prune are not counted. */
  get youngRows(): number {
    return this.#youngRows
  }

  take({ row, before, after }: AuditEntry): void {
    const at = this.#count
    this.#count += 1
    this.#seeAge(row, after)
    this.#seeBoot(row, at)
    // What nobody can read changes no state: the moment stays the one before.
    if (after !== before) this.#seeEvent(row, at)
    this.#seeHelp(row.event, before.history, after.history, at)
    this.#state = after.history
  }

  /** Whoever sets the clock forward makes nothing old: the rows of this boot tell what it may be at most. */
  settledWall({ wall, monotonic, boot }: EventTime): EpochMs {
    const beganAt = this.#boots.get(boot)?.beganAt ?? Infinity
    return Math.min(wall, beganAt + monotonic)
  }

  spans(policy: PolicyConfig, now: EventTime): Span[] {
    const state = this.#state
    if (state === null) return []
    return [...this.#openSpans(state, policy, now), ...this.#requestSpans(state), ...this.#bootSpans(now)]
  }

  #seeAge(row: AuditRow, { policy, contractVersion }: Moment): void {
    const isPruning = row.event.type === 'pruned'
    const { wall } = row.time
    if (this.rows.length < this.#count - 1 || wall >= this.#youngFrom) {
      this.#youngRows += isPruning ? 0 : 1
      return
    }
    const last = this.rows.at(-1)?.moment
    const isSame = last?.policy === policy && last.contractVersion === contractVersion
    const moment = isSame ? last : { policy, contractVersion }
    this.rows.push({ journal: row.journal, anchor: anchorOf(row), wall, isPruning, moment })
  }

  #seeBoot({ time: { boot, monotonic, wall }, event }: AuditRow, at: number): void {
    const known = this.#boots.get(boot)
    const watchedAt = isOfWatchdog(event) ? at : (known?.watchedAt ?? null)
    const latest =
      known !== undefined && known.latest.monotonic > monotonic ? known.latest : { at, monotonic }
    const beganAt = Math.min(known?.beganAt ?? Infinity, wall - monotonic)
    this.#boots.set(boot, { first: known?.first ?? at, last: at, latest, watchedAt, beganAt })
  }

  #seeEvent({ event, time }: AuditRow, at: number): void {
    const request = requestOf(event, this.#requestOfAttempt)
    if (request !== undefined) {
      this.#requests.set(request, { first: this.#requests.get(request)?.first ?? at, last: at })
    }
    if (event.type === 'intent') this.#requestOfAttempt.set(event.attempt_id, event.ask.request_id)
    if (RESTARTS.has(event.type)) this.#restarts.push({ at, time })
    if (event.type === 'paused') this.#pausedAt = at
    if (event.type === 'guard_latched') this.#latchedAt = at
  }

  #seeHelp(event: JournalEvent, before: JournalState, after: JournalState, at: number): void {
    if (after.unhelpfulInARow > before.unhelpfulInARow && event.type === 'outcome') this.#unhelpful.push(at)
    if (after.unhelpfulInARow === 0) this.#unhelpful = []
  }

  #openSpans(state: JournalState, policy: PolicyConfig, now: EventTime): Span[] {
    const clock = sawTime(state.clock, now, { byWatchdog: false })
    // The watchdog may be away, and has to latch the guard for them when it comes back, however old they are.
    const isLatchDue = dueLatch(state, policy, now) !== null
    const restart = this.#restarts.find(
      ({ time }) => isLatchDue || restartAgeMs(clock, time) <= LONGEST_WINDOW_MS,
    )
    const { pause } = state
    const isPaused =
      pause !== null && (pause.until === null || restartAgeMs(clock, pause.at) < pause.until - pause.at.wall)
    // Also where a quiet window has opened it: by the setting of tomorrow it may hold until it is released.
    const isLatched = isGuardLatched(state, { guardRelease: 'manual', windowMs: 0 }, now)
    const [unhelpful] = this.#unhelpful
    const spans: [from: number | undefined, open: Hold][] = [
      [restart?.at, 'counted_restarts'],
      [isPaused ? this.#pausedAt : undefined, 'pause'],
      [isLatched ? this.#latchedAt : undefined, 'latched_guard'],
      [unhelpful, 'unhelpful_restarts'],
    ]
    return spans.flatMap(([from, open]) => (from === undefined ? [] : [{ from, to: Infinity, open }]))
  }

  #requestSpans({ requests, history }: JournalState): Span[] {
    const open = new Set(requests.open.keys())
    for (const item of history) {
      if (item.kind === 'attempt' && item.outcome === null) open.add(item.ask.request_id)
    }
    return [...this.#requests].map(([request, { first: from, last: to }]) =>
      open.has(request) ? { from, to: Infinity, open: 'open_request' } : { from, to },
    )
  }

  /** What is left of a boot must still tell how long it lasted, that it was watched, and which came before it. */
  #bootSpans(now: EventTime): Span[] {
    const spans: Span[] = []
    let open: BootExtent | null = null
    for (const [name, boot] of this.#boots) {
      const { last, latest, watchedAt } = boot
      spans.push({ from: latest.at, to: last })
      // The present one goes on: the row that tells of the prune will be of it as well.
      if (watchedAt !== null) spans.push({ from: watchedAt, to: name === now.boot ? Infinity : last })
      if (open !== null && open.last > boot.first) {
        spans.push({ from: open.first, to: Math.max(open.last, last) })
      }
      if (open === null || last > open.last) open = boot
    }
    return spans
  }
}

const LONGEST_WINDOW_MS = LONGEST_WINDOW_S * 1000
const RESTARTS: ReadonlySet<JournalEvent['type']> = new Set([
  'intent',
  'external_restart',
  'history_imported',
])

function requestOf(event: JournalEvent, ofAttempt: ReadonlyMap<string, string>): string | undefined {
  switch (event.type) {
    case 'request_recorded':
    case 'request_claimed':
    case 'request_refused':
    case 'intent':
      return event.ask.request_id
    case 'request_ended':
      return event.request_id
    case 'outcome':
      return ofAttempt.get(event.attempt_id)
    default:
      return undefined
  }
}

/** For each place up to `end`, what reaches over it; null: nothing. */
export function reach(spans: readonly Span[], end: number): (Span | null)[] {
  const starting = new Map<number, Span>()
  for (const span of spans) {
    const known = starting.get(span.from)
    if (known === undefined || known.to < span.to) starting.set(span.from, span)
  }
  const places: (Span | null)[] = [null]
  let longest: Span | null = null
  for (let place = 1; place <= end; place += 1) {
    const begun = starting.get(place - 1)
    if (begun !== undefined && begun.to > (longest?.to ?? -1)) longest = begun
    places.push(longest !== null && longest.to >= place ? longest : null)
  }
  return places
}
