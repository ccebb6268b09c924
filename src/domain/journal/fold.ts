/**
 * What the journals say in sum: restarts, open intents, requests and their one outcome, guard, pause. It is
 * a fold: state and next row in, state out, nothing else; so the watchdog, the agent and the CLI that read
 * the same rows know the same. Rows of the two journals may arrive interleaved and late: what came first is
 * settled by the events' own clocks (event-clock.ts), not by the order of arrival.
 */
import type { Restart } from '../policy/restarts.ts'
import { historyKind, historyTime, type HistoryEntry } from '../schemas/state-file.ts'
import { parseTime } from '../time-text.ts'
import type { EpochMs } from '../time.ts'
import { EMPTY_CLOCK, isAtOrBefore, sawTime, type BootClock } from './event-clock.ts'
import {
  FLAG_ACTOR,
  isOfWatchdog,
  type EventTime,
  type JournalEvent,
  type JournalRow,
  type MasterIdentity,
  type RestartAsk,
} from './events.ts'
import { knownRequest, NO_REQUESTS, withChange, type RequestChange, type Requests } from './requests.ts'

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>
export type DecisionBody = EventOf<'intent'>['decision']

/** One line of the restart history. */
export type HistoryItem = { readonly at: EventTime } & (
  | Attempt
  | { readonly kind: 'external'; readonly detail: string }
  | { readonly kind: 'refused'; readonly ask: RestartAsk; readonly decision: DecisionBody }
  | {
      readonly kind: 'unsent'
      readonly ask: RestartAsk
      readonly reason: string
      readonly endedAt: EventTime
    }
  | {
      readonly kind: 'imported'
      readonly entry: HistoryEntry
      readonly counts: 'attempt' | 'external' | 'none'
    }
)

export interface Attempt {
  readonly kind: 'attempt'
  readonly attemptId: string
  readonly ask: RestartAsk
  readonly decision: DecisionBody
  readonly master: MasterIdentity
  readonly workers: readonly number[]
  readonly before: EventOf<'intent'>['before']
  /** null: begun, and how it ended is not written (yet). It counts all the same (WD9). */
  readonly outcome: (EventOf<'outcome'> & { readonly at: EventTime }) | null
  /** The watchdog that began it stopped, or another started: nobody is working on it any more. */
  readonly abandoned: boolean
}

export interface GuardState {
  readonly latchedAt: EventTime | null
  readonly releasedAt: EventTime | null
}

export interface Pause {
  readonly at: EventTime
  readonly reason: string
  readonly by: string
  readonly until: EpochMs | null
}

export interface JournalState {
  readonly clock: BootClock
  /** In the order of the journal. */
  readonly history: readonly HistoryItem[]
  readonly requests: Requests
  readonly guard: GuardState
  readonly pause: Pause | null
  readonly unhelpfulInARow: number
  /** The last flag taken that nobody had recorded: it may have taken the place of one that was. */
  readonly foreignFlag: ForeignFlag | null
  /** The watchdog's first word in this history; null: it stands in rows that were pruned. */
  readonly beganAt: EventTime | null
  /** How the navigation was last taken back (SH7); null: never, or it stands in rows that were pruned. */
  readonly lastRollback: (EventOf<'rolled_back'> & { readonly at: EventTime }) | null
}

interface ForeignFlag {
  readonly takenAt: EventTime
  /** By the time of its file; null: not known. */
  readonly writtenAt: EpochMs | null
}

export const emptyState: JournalState = {
  clock: EMPTY_CLOCK,
  history: [],
  requests: NO_REQUESTS,
  guard: { latchedAt: null, releasedAt: null },
  pause: null,
  unhelpfulInARow: 0,
  foreignFlag: null,
  beganAt: null,
  lastRollback: null,
}

// No setting allows more than 1000 restarts in a window, so the youngest 1000 always refuse alone.
export const RESTARTS_LIMIT = 1000
const OTHERS_LIMIT = 200

export function apply(state: JournalState, row: JournalRow): JournalState {
  const next = { ...state, clock: sawTime(state.clock, row.time, { byWatchdog: isOfWatchdog(row.event) }) }
  return applyEvent(next, row.event, row.time)
}

function applyEvent(state: JournalState, event: JournalEvent, at: EventTime): JournalState {
  switch (event.type) {
    case 'request_recorded':
      return withRequest(state, event.ask.request_id, at, { recorded: event.ask })
    case 'request_claimed':
      return withRequest(noteForeign(state, event, at), event.ask.request_id, at, { claimed: event.ask })
    case 'request_refused':
      return refused(state, event, at)
    case 'intent':
      return intended(state, event, at)
    case 'outcome':
      return ended(state, event, at)
    case 'request_ended':
      return requestEnded(state, event, at)
    case 'external_restart':
      return withItem(state, { kind: 'external', at, detail: event.detail })
    case 'history_imported':
      return event.entries.reduce((sum, entry) => withItem(sum, importedItem(entry, at)), state)
    case 'guard_latched':
      return { ...state, guard: { ...state.guard, latchedAt: later(state, state.guard.latchedAt, at) } }
    case 'guard_released':
      return { ...state, guard: { ...state.guard, releasedAt: later(state, state.guard.releasedAt, at) } }
    case 'paused':
      return { ...state, pause: { at, reason: event.reason, by: event.actor.name, until: event.until } }
    case 'resumed':
      return { ...state, pause: null }
    case 'watchdog_started':
      return abandonAll(event.new_history ? { ...state, beganAt: at } : state)
    case 'watchdog_stopped':
      return abandonAll(state)
    case 'flag_rejected':
      return { ...state, foreignFlag: { takenAt: at, writtenAt: null } }
    case 'rolled_back':
      return event.parts.includes('navigation') ? { ...state, lastRollback: { ...event, at } } : state
    case 'navigation_changed':
    case 'gates_run':
    case 'gate_waived':
    case 'cutover':
    case 'account_changed':
    case 'token_changed':
    case 'sign_in_link_made':
    case 'signed_in':
    case 'session_ended':
    case 'sign_in_refused':
    case 'flags_unseen':
    case 'target_changed':
    case 'pruned':
      return state
    default:
      // A newer release may have written kinds that this one does not know; after going back they say nothing (SD4).
      event satisfies never
      return state
  }
}

/** Told by the event alone: where journals are read anew, whoever recorded a request is read after its claim. */
function noteForeign(state: JournalState, event: EventOf<'request_claimed'>, at: EventTime): JournalState {
  const { claimed, actor } = event.ask
  if (claimed === null || !actor.name.startsWith(FLAG_ACTOR)) return state
  return { ...state, foreignFlag: { takenAt: at, writtenAt: event.written_at ?? null } }
}

function refused(state: JournalState, event: EventOf<'request_refused'>, at: EventTime): JournalState {
  const { ask, decision } = event
  const outcome = { kind: 'refused' as const, reason: decision.reason, at }
  const item: HistoryItem = { kind: 'refused', at, ask, decision }
  return withRequest(withItem(state, item), ask.request_id, at, { outcome })
}

function intended(state: JournalState, event: EventOf<'intent'>, at: EventTime): JournalState {
  const { attempt_id: attemptId, ask, decision, master, workers, before } = event
  const attempt = { kind: 'attempt' as const, attemptId, ask, decision, master, workers, before }
  const item: HistoryItem = { ...attempt, at, outcome: null, abandoned: false }
  return withRequest(withItem(state, item), ask.request_id, at, { attempted: true })
}

function ended(state: JournalState, event: EventOf<'outcome'>, at: EventTime): JournalState {
  const index = state.history.findLastIndex(
    (item) => item.kind === 'attempt' && item.attemptId === event.attempt_id,
  )
  const item = state.history[index]
  // An outcome belongs to one intent, once; a second one changes nothing that was counted.
  if (item?.kind !== 'attempt' || item.outcome !== null) return state
  const settled: HistoryItem = event.signalled
    ? { ...item, outcome: { ...event, at } }
    : { kind: 'unsent', at: item.at, ask: item.ask, reason: event.reason, endedAt: at }
  const kind = event.success ? ('done' as const) : ('failed' as const)
  const next = {
    ...state,
    history: state.history.with(index, settled),
    unhelpfulInARow: unhelpful(state, event),
  }
  return withRequest(next, item.ask.request_id, at, { outcome: { kind, reason: event.reason, at } })
}

/** A restart that was not judged neither adds to the row nor ends it (WD14). */
function unhelpful({ unhelpfulInARow }: JournalState, { signalled, helped }: EventOf<'outcome'>): number {
  if (!signalled || helped === null) return unhelpfulInARow
  return helped ? 0 : unhelpfulInARow + 1
}

function requestEnded(state: JournalState, event: EventOf<'request_ended'>, at: EventTime): JournalState {
  const known = knownRequest(state.requests, event.request_id)
  const outcome = { kind: 'ended' as const, reason: event.reason, at }
  const claimed = event.ask ?? null
  const next = withRequest(state, event.request_id, at, { claimed, outcome })
  const ask = claimed ?? known?.claimed ?? known?.recorded ?? null
  if (ask === null || (known?.outcome ?? null) !== null || known?.attempted === true) return next
  return withItem(next, {
    kind: 'unsent',
    at: known?.at ?? at,
    ask,
    reason: event.reason,
    endedAt: at,
  })
}

function withRequest(
  state: JournalState,
  requestId: string,
  at: EventTime,
  change: RequestChange,
): JournalState {
  return { ...state, requests: withChange(state.requests, requestId, at, change) }
}

/** Refusals have a limit of their own, so that no number of them pushes out a restart (WD11). */
function withItem(state: JournalState, item: HistoryItem): JournalState {
  const isAlike = (other: HistoryItem) => (countsAs(other) === 'none') === (countsAs(item) === 'none')
  const limit = countsAs(item) === 'none' ? OTHERS_LIMIT : RESTARTS_LIMIT
  const history = [...state.history, item]
  if (history.length <= limit || history.filter(isAlike).length <= limit) return { ...state, history }
  return { ...state, history: history.toSpliced(history.findIndex(isAlike), 1) }
}

export function countsAs(item: HistoryItem): Restart['kind'] | 'none' {
  if (item.kind === 'imported') return item.counts
  return item.kind === 'attempt' || item.kind === 'external' ? item.kind : 'none'
}

function abandonAll(state: JournalState): JournalState {
  return { ...state, history: state.history.map(abandon) }
}

function abandon(item: HistoryItem): HistoryItem {
  return item.kind === 'attempt' && item.outcome === null ? { ...item, abandoned: true } : item
}

/**
 * Imported entries carry wall time alone: their age is settled once, at the import, and runs on the
 * monotonic clock from there. One later than the import is of age 0 then.
 */
function importedItem(entry: HistoryEntry, at: EventTime): HistoryItem {
  const wall = parseTime(historyTime(entry) ?? '', () => 0) ?? at.wall
  const monotonic = at.monotonic - Math.max(0, at.wall - wall)
  return { kind: 'imported', at: { wall, monotonic, boot: at.boot }, entry, counts: historyKind(entry) }
}

function later({ clock }: JournalState, known: EventTime | null, at: EventTime): EventTime {
  return known !== null && isAtOrBefore(clock, at, known) ? known : at
}
