/**
 * A restart asked for on this host: recorded as authenticated first, then published as the same flag that
 * everybody uses, and followed to its end in the watchdog's journal (WD7, WD9).
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { JournalEvent, RestartAsk, Rung } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import { isoText, type DurationMs } from '#domain/time.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openSpool, type Spool, type SpoolPlace } from '#agent/store/spool.ts'
import { openSpooledReader } from '#agent/store/spooled-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { localActor, recordWord } from './desk.ts'

export interface RestartWish {
  readonly rung: Rung
  /** null: a plain request. */
  readonly override: RestartAsk['override']
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

/** Returns the request's id once it is durable and published. */
export async function publishRestart(
  { paths }: RuntimeContract,
  { rung, override }: RestartWish,
): Promise<string> {
  const requestId = randomUUID()
  const actor = localActor()
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
  const ask: RestartAsk = {
    request_id: requestId,
    source: 'manual',
    rung,
    override,
    claimed: flag,
    actor,
  }
  await recordWord(paths.state_dir, { type: 'request_recorded', ask }, spoolOf(paths, 'agent'))
  const published = await openFlagPublisher(paths.restart_flag).publish(JSON.stringify(flag))
  if (published === 'published') return requestId
  const detail = 'another flag stood, and was left alone'
  await recordWord(paths.state_dir, {
    type: 'request_ended',
    request_id: requestId,
    reason: 'request_pending',
    detail,
  })
  throw new HoldfastProblem(
    'request_pending',
    `${paths.restart_flag} stands; another request waits for the watchdog`,
  )
}

type Paths = RuntimeContract['paths']

function spoolOf({ state_dir: stateDir, runtime_dir: runtimeDir }: Paths, name: SpoolPlace['name']): Spool {
  return openSpool({ stateDir, runtimeDir, name })
}

/** Follows a request in the watchdog's journal until it has ended. */
export async function awaitEnd(
  paths: Paths,
  requestId: string,
  say: (sentence: string) => void,
): Promise<RestartEnd> {
  const reader = openSpooledReader(watchdogJournalPath(paths.state_dir), spoolOf(paths, 'watchdog'))
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
