/**
 * A restart asked for by a person: decided beforehand with the watchdog's own policy, recorded as authenticated,
 * then published as the same flag that everybody uses, and followed to its end in the watchdog's journal (WD7,
 * WD9). Agent and command line ask alike; only who holds the desk differs.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { AppliedDrift } from '#domain/contract/restart-drift.ts'
import type { JournalEvent, RestartAsk, Rung } from '#domain/journal/events.ts'
import type { DecisionBody, JournalState } from '#domain/journal/fold.ts'
import { knownRequest, type KnownRequest } from '#domain/journal/requests.ts'
import { canonicalText } from '#domain/journal/chain.ts'
import { decideRestart, type Decision } from '#domain/policy/decide.ts'
import { decisionBodyOf } from '#domain/policy/from-history.ts'
import { changesBetween, policyVersion } from '#domain/policy/state-version.ts'
import type { PolicyView } from '#domain/policy/view.ts'
import { invariant } from '#domain/invariant.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import type { FlagPublisher } from '#agent/ports/flag-directory.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openSpool } from '#agent/store/spool.ts'
import { openSpooledReader } from '#agent/store/spooled-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import type { Desk } from './desk.ts'

export interface RestartWish {
  readonly rung: Rung
  /** null: a plain request. */
  readonly override: RestartAsk['override']
}

export interface RestartRequest extends RestartWish {
  /** Chosen by whoever asks: the same one again is the same request. */
  requestId: string
  actor: RestartAsk['actor']
  /** The version of what its author saw; null: said nothing of it. */
  seen: string | null
}

export type RestartAnswer =
  | { kind: 'accepted'; requestId: string; replayed: boolean; decision: DecisionBody | null }
  | { kind: 'refused'; requestId: string; replayed: boolean; decision: DecisionBody }

/** What a request is decided and carried out with. */
export interface RestartPlace {
  desk: Desk
  publisher: FlagPublisher
  /** Read anew; null: it cannot be read. Rejects with `state_unwritable` on a disk too full to read it. */
  view: () => Promise<PolicyView | null>
  /** What it says of itself; null: it does not run. */
  watchdog: () => Promise<WatchdogStatus | null>
  /** What that rung would put into force of what differs from the runtime contract (RC5). */
  drift: (rung: Rung) => Promise<AppliedDrift | null>
}

export type RestartEnd =
  | { kind: 'verified'; detail: string }
  | { kind: 'failed'; reason: string; detail: string }
  /** `detail` is '' where the reasons say it all. */
  | { kind: 'refused'; reasons: readonly string[]; detail: string }

const LOOK_MS: DurationMs = 200
/** The watchdog's own limits are shorter: preflight 10 s, a restart's verification 40 s. */
const WAIT_LIMIT_MS: DurationMs = 120_000
const ROWS_A_LOOK = 500

const BEGUN: Readonly<Record<Rung, (workers: number) => string>> = {
  reload: (workers) => `Signalled: ${workers} workers are being replaced.`,
  roll: (workers) => `Begun: ${workers} workers are being replaced, one after the other.`,
  service: () => 'Begun: systemd restarts the service.',
}

export function submitRestart(place: RestartPlace, request: RestartRequest): Promise<RestartAnswer> {
  return place.desk.inTurn(() => submit(place, request))
}

/** The same up to where something would be recorded: whether a plain reload would be heard now, and what would be said. */
export async function dryRunRestart(place: Omit<RestartPlace, 'desk'>): Promise<Decision> {
  const wish = { rung: 'reload' as const, override: null }
  const view = await viewOf(place, wish)
  invariant(view !== 'no_room', 'only an override is heard without room')
  await requireWatchdog(place, wish)
  const decision = decideRestart({ ...view.input, request: { source: 'manual', override: null } })
  if (decision.decision !== 'blocked' && (await place.publisher.standing()) !== null) throw pending()
  return decision
}

async function submit(place: RestartPlace, request: RestartRequest): Promise<RestartAnswer> {
  const view = await viewOf(place, request)
  if (view === 'no_room') return submitUnseen(place, request)
  const known = knownRequest(view.history.requests, request.requestId)
  if (known !== null) return answerAgain(place, request, known, view.history)

  await requireWatchdog(place, request)
  requireFreshView(request, view)
  const { override, requestId, rung } = request
  // An override passes it anyway, and must not wait for a check that may fail on this bad day.
  const drift = override === null ? await place.drift(rung) : null
  const asked = { source: 'manual', override, ...(drift === null ? {} : { drift }) } as const
  const decision = decideRestart({ ...view.input, request: asked })
  const body = decisionBodyOf(view.input.config, decision)
  const ask = askOf(request)
  if (decision.decision === 'blocked') {
    await place.desk.record({ type: 'request_refused', ask, decision: body })
    return { kind: 'refused', requestId, replayed: false, decision: body }
  }
  if ((await place.publisher.standing()) !== null) throw pending()
  await recordAndPublish(place, ask)
  return { kind: 'accepted', requestId, replayed: false, decision: body }
}

/** What cannot be read is no quiet history: nothing passes it, an override neither (ADR 0009). */
async function viewOf(
  place: Pick<RestartPlace, 'view'>,
  { override }: RestartWish,
): Promise<PolicyView | 'no_room'> {
  try {
    const view = await place.view()
    if (view !== null) return view
  } catch (error) {
    const isFull = error instanceof HoldfastProblem && error.code === 'state_unwritable'
    if (!isFull || override === null) throw error
    return 'no_room'
  }
  throw unreadable()
}

/** An override on a disk without any room (WD9): the watchdog, which has its history open, decides it alone. */
async function submitUnseen(place: RestartPlace, request: RestartRequest): Promise<RestartAnswer> {
  await requireWatchdog(place, request)
  await recordAndPublish(place, askOf(request))
  return { kind: 'accepted', requestId: request.requestId, replayed: false, decision: null }
}

async function requireWatchdog(
  place: Pick<RestartPlace, 'watchdog'>,
  { override }: RestartWish,
): Promise<void> {
  const word = await place.watchdog()
  if (word === null) throw new HoldfastProblem('watchdog_not_running', 'nothing was asked for')
  if (word.problem === 'state_unreadable') throw unreadable()
  if (word.problem === 'state_unwritable' && override === null) {
    throw new HoldfastProblem('state_unwritable', 'nothing was asked for; an override would be carried out')
  }
}

function unreadable(): HoldfastProblem {
  return new HoldfastProblem('state_unreadable', 'nothing was asked for, and an override would not pass')
}

/**
 * A double click, a retry after a lost answer, or an agent that ended between recording and publishing: what is
 * missing is done, and nothing twice (WD9, WD17).
 */
async function answerAgain(
  place: RestartPlace,
  request: RestartRequest,
  { recorded, claimed, outcome, attempted }: KnownRequest,
  history: JournalState,
): Promise<RestartAnswer> {
  const { requestId } = request
  const item = history.history.findLast(
    (one) => 'ask' in one && one.ask.request_id === requestId && 'decision' in one,
  )
  const decision = item !== undefined && 'decision' in item ? item.decision : null
  const before = recorded ?? claimed ?? (item !== undefined && 'ask' in item ? item.ask : null)
  if (before === null || !isSameWish(before, request)) {
    const detail = 'Idempotency-Key: expected a new one for another request'
    throw new HoldfastProblem('bad_request', detail)
  }
  if (outcome?.kind === 'refused' && decision !== null) {
    return { kind: 'refused', requestId, replayed: true, decision }
  }
  if (outcome?.reason === PENDING) throw pending()
  const isUnderWay = claimed !== null || outcome !== null || attempted
  if (!isUnderWay && (await place.publisher.standing()) !== requestId) await publish(place, before)
  return { kind: 'accepted', requestId, replayed: true, decision }
}

function isSameWish(one: RestartWish, other: RestartWish): boolean {
  return one.rung === other.rung && canonicalText(one.override) === canonicalText(other.override)
}

function requireFreshView({ seen }: RestartRequest, { situation, history }: PolicyView): void {
  if (seen === null || seen === '*') return
  const changes = changesBetween(seen, policyVersion(situation, history))
  if (changes.length > 0) throw new HoldfastProblem('stale_view', changes.join('; '))
}

/** Recorded as it will be published: the watchdog believes a flag that says exactly this (WD7). */
export function askOf({ requestId, rung, override, actor }: RestartRequest): RestartAsk {
  const flag = {
    user: actor.name,
    timestamp: isoText(systemClock.wallNow()),
    source: 'manual',
    manual_override: override !== null,
    override_acknowledged: override?.acknowledged ?? false,
    override_reason: override?.reason ?? null,
    override_passes: override?.passes ?? [],
    request_id: requestId,
  }
  return { request_id: requestId, source: 'manual', rung, override, claimed: flag, actor }
}

type Publishing = Pick<RestartPlace, 'desk' | 'publisher'>

/** In this order: what is published without a record would be nobody's word (WD7). */
export async function recordAndPublish(place: Publishing, ask: RestartAsk): Promise<void> {
  await place.desk.record({ type: 'request_recorded', ask })
  await publish(place, ask)
}

const PENDING = 'request_pending'

/** What was recorded and cannot be published has come to its end here: nobody else would end it (WD9). */
async function publish({ publisher, desk }: Publishing, ask: RestartAsk): Promise<void> {
  if ((await publisher.publish(JSON.stringify(ask.claimed))) === 'published') return
  const detail = 'another flag stood, and was left alone'
  await desk.record({ type: 'request_ended', request_id: ask.request_id, reason: PENDING, detail })
  throw pending()
}

function pending(): HoldfastProblem {
  return new HoldfastProblem(PENDING, 'a restart flag stands, and waits for the watchdog')
}

/** Follows a request in the watchdog's journal until it has ended. */
export async function awaitEnd(
  {
    state_dir: stateDir,
    runtime_dir: runtimeDir,
  }: Pick<RuntimeContract['paths'], 'state_dir' | 'runtime_dir'>,
  requestId: string,
  say: (sentence: string) => void,
): Promise<RestartEnd> {
  const spool = openSpool({ stateDir, runtimeDir, name: 'watchdog' })
  const reader = openSpooledReader(watchdogJournalPath(stateDir), spool)
  const end = systemClock.monotonicNow() + WAIT_LIMIT_MS
  let afterSeq = 0
  let attemptId: string | null = null
  try {
    while (systemClock.monotonicNow() < end) {
      const rows = await reader.read(afterSeq, ROWS_A_LOOK)
      for (const { seq, event } of rows) {
        afterSeq = seq
        if (event.type === 'intent' && event.ask.request_id === requestId) {
          attemptId = event.attempt_id
          say(BEGUN[event.ask.rung](event.workers.length))
        }
        const ended = endOf(event, requestId, attemptId)
        if (ended !== null) return ended
      }
      if (rows.length < ROWS_A_LOOK) await pause(LOOK_MS)
    }
  } finally {
    await reader.close()
  }
  throw new HoldfastProblem(
    'no_outcome',
    `request ${requestId} had no outcome within ${WAIT_LIMIT_MS / 1000} s`,
  )
}

function endOf(event: JournalEvent, requestId: string, attemptId: string | null): RestartEnd | null {
  switch (event.type) {
    case 'request_refused':
      return event.ask.request_id === requestId
        ? { kind: 'refused', reasons: event.decision.reasons, detail: '' }
        : null
    case 'request_ended':
      return event.request_id === requestId ? endWithoutSuccess(event) : null
    case 'outcome': {
      if (event.attempt_id !== attemptId) return null
      return event.success ? { kind: 'verified', detail: event.detail } : endWithoutSuccess(event)
    }
    default:
      return null
  }
}

/** What the ladder refuses is refused by policy, not failed. */
function endWithoutSuccess({ reason, detail }: { reason: string; detail: string }): RestartEnd {
  return reason === 'rung_not_offered' || reason === 'rung_unavailable'
    ? { kind: 'refused', reasons: [reason], detail }
    : { kind: 'failed', reason, detail }
}
