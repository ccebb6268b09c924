/**
 * The restart flag, from file to wish (WD7). A claim is settled only after the journal holds its end, so that
 * a crash at any point brings it back, and a request whose end is known is never carried out again (WD9).
 */
import type { RestartAsk } from '#domain/journal/events.ts'
import { readRestartFlag } from '#domain/schemas/restart-flag.ts'
import type { ClaimedFlag } from '#agent/ports/flag-directory.ts'
import { flagAsk } from './flag-ask.ts'
import { record, type Memory } from './memory.ts'
import type { WatchdogRules } from './rules.ts'
import type { World } from './world.ts'

export interface Wish {
  readonly ask: RestartAsk
  /** The claim of its flag; null: the machine's own wish. */
  readonly claim: string | null
}

/** `handled`: there was one, and it came to its end here; there may be more. */
export type Taken = Wish | 'none' | 'handled'

export async function takeRequest(world: World, rules: WatchdogRules, memory: Memory): Promise<Taken> {
  const answer = memory.unsettled ?? (await claim(world, memory))
  if (answer === 'none' || answer === 'handled') return answer
  memory.unsettled = answer
  const wish = await wishOf(world, rules, memory, answer)
  if (wish !== null) return wish
  memory.unsettled = null
  return 'handled'
}

/** The journal holds the end of the request: its file may go. */
export async function settle(world: World, memory: Memory, { claim }: Wish): Promise<void> {
  if (claim === null) return
  await world.flags.settle(claim)
  memory.unsettled = null
}

async function claim(world: World, memory: Memory): Promise<ClaimedFlag | 'none' | 'handled'> {
  const answer = await world.flags.claim()
  if (answer.kind === 'flag') return answer.flag
  if (answer.kind === 'none') return 'none'
  const { reason, file, ownerUid } = answer
  await record(world, memory, { type: 'flag_rejected', reason, file, owner_uid: ownerUid })
  return 'handled'
}

/** null: it came to its end already. */
async function wishOf(
  world: World,
  rules: WatchdogRules,
  memory: Memory,
  flag: ClaimedFlag,
): Promise<Wish | null> {
  const reading = readRestartFlag(textOf(flag.content) ?? '\0')
  if (!reading.ok) {
    const file = await world.flags.reject(flag.claim)
    const owner_uid = flag.ownerUid
    await record(world, memory, { type: 'flag_rejected', reason: 'not_a_restart_flag', file, owner_uid })
    return null
  }
  const { ask, warnings } = flagAsk(flag, reading.value, memory.history.state, rules)
  const wish: Wish = { ask, claim: flag.claim }
  const known = memory.history.state.requests.get(ask.request_id)
  if (known !== undefined && known.outcome !== null) {
    // A double click, a network retry, or a crash between its end and this line: one request, one end.
    await settle(world, memory, wish)
    return null
  }
  if ((known?.claimed ?? null) === null) {
    await record(world, memory, { type: 'request_claimed', ask, warnings: [...warnings] })
  }
  if (world.clock.wallNow() - flag.writtenAt > rules.requestTtlMs) {
    const detail = 'nobody took it up in time, and whoever asked has stopped waiting'
    await record(world, memory, {
      type: 'request_ended',
      request_id: ask.request_id,
      reason: 'request_expired',
      detail,
    })
    await settle(world, memory, wish)
    return null
  }
  return wish
}

/**
 * Requests without a file that nobody will bring any more: claimed by a process that ended before it decided,
 * or recorded by one that ended before it wrote its flag. None of them vanishes without an end (WD9).
 */
export async function closeForgotten(world: World, rules: WatchdogRules, memory: Memory): Promise<void> {
  const { history } = memory
  for (const { requestId, claimed, outcome, at } of history.state.requests.values()) {
    if (outcome !== null) continue
    const isOld = world.clock.wallNow() - at.wall > rules.requestTtlMs
    if (claimed === null && !isOld) continue
    const detail =
      claimed === null
        ? 'it was recorded, but its flag never came'
        : 'the watchdog ended before it had decided; nothing was signalled'
    await record(world, memory, {
      type: 'request_ended',
      request_id: requestId,
      reason: 'request_expired',
      detail,
    })
  }
}

function textOf(content: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    return null // other bytes than UTF-8 are no flag
  }
}
