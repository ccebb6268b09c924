/**
 * The restart flag, from file to wish (WD7). A claim is settled only after the journal holds its end, so that
 * a crash at any point brings it back, and a request whose end is known is never carried out again (WD9).
 */
import { ageMs } from '#domain/journal/event-clock.ts'
import type { JournalEvent, RestartAsk } from '#domain/journal/events.ts'
import { isOfLostHistory, isReplaced } from '#domain/journal/questions.ts'
import { knownRequest, type KnownRequest } from '#domain/journal/requests.ts'
import { judgeClaim, type ClaimVerdict } from '#domain/watchdog/claim.ts'
import type { ClaimedFlag } from '#agent/ports/flag-directory.ts'
import { isFullDisk, record, recordIfRoom, type Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import { timeNow, type World } from './world.ts'

export interface Wish {
  readonly ask: RestartAsk
  /** The claim of its flag; null: the machine's own wish. */
  readonly claim: string | null
  /** That it was claimed: to be recorded together with what comes of it, or before anything that takes its time. */
  readonly claimed: ClaimedEvent
}

type ClaimedEvent = Extract<JournalEvent, { type: 'request_claimed' }>

/** Nothing where the history has it: a claim that comes back after a crash was recorded before it. */
export function unrecordedClaim({ history }: Memory, { ask, claimed }: Wish): readonly ClaimedEvent[] {
  const known = knownRequest(history.state.requests, ask.request_id)
  return (known?.claimed ?? null) === null ? [claimed] : []
}

/** `handled`: there was one, and it came to its end here; there may be more. */
export type Taken = Wish | 'none' | 'handled'

export async function takeRequest(world: World, rules: WatchdogRules, memory: Memory): Promise<Taken> {
  const answer = memory.unsettled ?? (await claim(world, memory))
  if (typeof answer === 'object') memory.unsettled = answer
  // Not earlier: who asks has the request recorded first, but perhaps only a moment before its flag is claimed.
  await (answer === 'none' ? memory.history.catchUp() : memory.history.catchUpBriefly())
  if (answer === 'handled') return answer
  const flag = answer === 'none' ? unparked(world, memory) : answer
  if (flag === null) return 'none'
  memory.unsettled = flag
  try {
    const wish = await wishOf(world, rules, memory, flag)
    if (wish !== null) return wish
    memory.unsettled = null
    return 'handled'
  } catch (error) {
    // It must not stand in the way of an override, which is answered on a full disk too.
    if (isFullDisk(world, error)) park(memory, flag)
    throw error
  }
}

function unparked({ journal }: World, { parked }: Memory): ClaimedFlag | null {
  return journal.isSpooling() ? null : (parked.shift() ?? null)
}

/** Beyond this they come back with the next start: their files stay in their place. */
const PARKED_LIMIT = 100

function park(memory: Memory, flag: ClaimedFlag): void {
  memory.unsettled = null
  if (memory.parked.length < PARKED_LIMIT) memory.parked.push(flag)
}

/** The journal holds the end of the request: its file may go. */
export async function settle(world: World, memory: Memory, { claim }: Wish): Promise<void> {
  if (claim === null) return
  await world.flags.settle(claim)
  memory.unsettled = null
}

async function claim(world: World, memory: Memory): Promise<ClaimedFlag | 'none' | 'handled'> {
  const answer = await world.flags.claim()
  if (answer.kind === 'none') return 'none'
  if (answer.unseen > 0) await recordIfRoom(world, memory, { type: 'flags_unseen', count: answer.unseen })
  if (answer.kind === 'flag') return answer.flag
  const { reason, file, ownerUid } = answer
  await recordIfRoom(world, memory, { type: 'flag_rejected', reason, file, owner_uid: ownerUid })
  return 'handled'
}

/** null: it came to its end already. */
async function wishOf(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  flag: ClaimedFlag,
): Promise<Wish | null> {
  const verdict = judge(world, rules, memory, flag)
  const { claim } = flag
  switch (verdict.kind) {
    case 'rejected': {
      const file = await world.flags.reject(claim)
      const { reason } = verdict
      await record(world, memory, { type: 'flag_rejected', reason, file, owner_uid: flag.ownerUid })
      return null
    }
    case 'settled':
      // A double click, a network retry, or a crash between its end and this line: one request, one end.
      await world.flags.settle(claim)
      return null
    case 'expired': {
      const wish = wishFor(flag, verdict.ask, [])
      const { request_id } = verdict.ask
      const detail = 'nobody took it up in time, and whoever asked has stopped waiting'
      const ended = { type: 'request_ended', request_id, reason: 'request_expired', detail } as const
      await record(world, memory, ...unrecordedClaim(memory, wish), ended)
      await world.flags.settle(claim)
      return null
    }
    case 'request':
      if (mayHaveBeenCarriedOut(memory, flag, verdict.ask)) {
        // In one row: known to this history and not ended, it would be carried out after a crash in between.
        const { ask } = verdict
        await record(world, memory, {
          type: 'request_ended',
          request_id: ask.request_id,
          ask,
          ...LOST_HISTORY,
        })
        await world.flags.settle(claim)
        return null
      }
      return wishFor(flag, verdict.ask, verdict.warnings)
  }
}

function wishFor(
  { claim, writtenAt: written_at }: ClaimedFlag,
  ask: RestartAsk,
  warnings: readonly string[],
): Wish {
  return { ask, claim, claimed: { type: 'request_claimed', ask, warnings: [...warnings], written_at } }
}

const LOST_HISTORY = {
  reason: 'state_unreadable',
  detail: 'what became of it stood in a history that could not be read; it is not carried out, ask again',
} as const

/**
 * A claim from before this history began, of which this history knows nothing: the one before may have said that
 * it was carried out. By wall time, since a file has no other; a clock that was set costs a restart, never gives one.
 */
function mayHaveBeenCarriedOut({ history: { state } }: Memory, flag: ClaimedFlag, ask: RestartAsk): boolean {
  const isKnown = (knownRequest(state.requests, ask.request_id)?.claimed ?? null) !== null
  return flag.isLeftover && !isKnown && state.beganAt !== null && flag.writtenAt < state.beganAt.wall
}

function judge(
  { clock }: World,
  { requestTtlMs, trustFlags }: WatchdogRules,
  { history }: Memory,
  { claim, content, ownerUid, writtenAt }: ClaimedFlag,
): ClaimVerdict {
  const { state } = history
  return judgeClaim({
    // The part of its name that is its own, so that the same flag has the same name after a crash.
    claimId: claim.slice(-UUID_LENGTH),
    content: textOf(content),
    sizeBytes: content.byteLength,
    ownerUid,
    // Whose flags are taken at all was settled where they were claimed.
    allowedUids: [ownerUid],
    writtenAt,
    now: clock.wallNow(),
    requestTtlMs,
    trustFlags,
    known: (id) => knownRequest(state.requests, id),
  })
}

const UUID_LENGTH = 36

/**
 * Requests without a file that nobody will bring any more: claimed by a process that ended before it decided,
 * or recorded by one that ended before it wrote its flag. None of them vanishes without an end (WD9).
 */
export async function closeForgotten(world: World, rules: WatchdogRules, memory: Memory): Promise<void> {
  for (const request of memory.history.state.requests.open.values()) {
    const end = forgottenEnd(world, rules, memory, request)
    if (end === null) continue
    await record(world, memory, { type: 'request_ended', request_id: request.requestId, ...end })
  }
}

function forgottenEnd(
  world: World,
  { requestTtlMs }: WatchdogRules,
  { history: { state } }: Memory,
  request: KnownRequest,
): { reason: string; detail: string } | null {
  const { claimed, outcome, at } = request
  if (outcome !== null) return null
  if (claimed !== null) {
    const detail = 'the watchdog ended before it had decided; nothing was signalled'
    return { reason: 'request_expired', detail }
  }
  if (isOfLostHistory(state, request)) return LOST_HISTORY
  if (isReplaced(state, request, timeNow(world))) {
    const detail = 'it was recorded, but another flag came in the place of its own, which nobody saw'
    return { reason: 'request_replaced', detail }
  }
  if (ageMs(state.clock, at, timeNow(world)) <= requestTtlMs) return null
  return { reason: 'request_expired', detail: 'it was recorded, but its flag never came' }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

function textOf(content: Uint8Array): string | null {
  try {
    return UTF8.decode(content)
  } catch {
    return null // other bytes than UTF-8 are no flag
  }
}
