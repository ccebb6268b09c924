/**
 * Where an operator's word becomes durable: requests, refusals, releases, pauses and resumes, written to the
 * operators' journal, which the watchdog reads at its next look. Nothing here talks to the watchdog.
 *
 * One desk at a time on a state directory. The agent's is open as long as the agent lives; without an agent each
 * command opens one for itself, and two wait for each other.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { abandonHistory } from '#agent/store/journal-files.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { takeLock, type ProcessLock } from '#agent/store/process-lock.ts'
import { openSpool, type Spool } from '#agent/store/spool.ts'
import { takeOver } from '#agent/store/spooled-journal.ts'
import {
  isOutOfRoom,
  openJournalReader,
  openSqliteJournal,
  type SqliteJournal,
} from '#agent/store/sqlite-journal.ts'
import { toldJournal, type Tell } from '#agent/store/told-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
import { logLine } from '#agent/system/log.ts'
import { bootId } from '#agent/system/proc-stat.ts'

export type OperatorEvent = Extract<
  JournalEvent,
  {
    type:
      | 'request_recorded'
      | 'request_refused'
      | 'request_ended'
      | 'guard_released'
      | 'paused'
      | 'resumed'
      | 'navigation_changed'
      | 'rolled_back'
      | 'gates_run'
      | 'gate_waived'
      | 'cutover'
      | 'account_changed'
      | 'token_changed'
      | 'sign_in_link_made'
      | 'signed_in'
      | 'session_ended'
      | 'sign_in_refused'
  }
>
export type OperatorWord = Extract<OperatorEvent, { type: 'guard_released' | 'paused' | 'resumed' }>

export interface DeskPlace {
  readonly stateDir: string
  /** On a full disk a word that may wait is kept there. */
  readonly runtimeDir: string
  /** Where each recorded word is told (AU2); left out: this process's own log stream. */
  readonly tell?: Tell
}

export interface Desk {
  /** Durable when it settles. */
  record(event: OperatorEvent): Promise<JournalRow>
  /** A word that was recorded under this id before: a retry is no second word. */
  recall(requestId: string): Promise<JournalRow | null>
  /**
   * A history that cannot be read holds the guard; releasing it starts a new one (WD11). The unreadable file
   * stays aside. Returns whether that was needed.
   */
  startAnewWhereUnreadable(history: 'own' | 'watchdog'): Promise<boolean>
  /** What waits because the disk was full, as soon as there is room; a command does it with its own word. */
  takeOverWaiting(): Promise<void>
  /** One after the other, so that two requests with one id are never both the first. */
  inTurn<T>(act: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const LOCK_LOOK_MS: DurationMs = 50
const ROWS_AT_ONCE = 500

/** null: somebody else's is open. */
export async function tryOpenDesk(place: DeskPlace): Promise<Desk | null> {
  await prepareDirectory(place.stateDir, 'the state directory')
  try {
    return new OpenDesk(place, await takeLock(place.stateDir, 'operators'))
  } catch (error) {
    if (error instanceof HoldfastProblem && error.code === 'already_running') return null
    throw error
  }
}

/** Waits for the command that is at it; an agent that holds it keeps it, and is told. */
export async function openDesk(place: DeskPlace, waitMs: DurationMs): Promise<Desk> {
  const end = systemClock.monotonicNow() + waitMs
  for (;;) {
    const desk = await tryOpenDesk(place)
    if (desk !== null) return desk
    if (systemClock.monotonicNow() > end) {
      const detail = `another agent has the operators' journal of ${place.stateDir}`
      throw new HoldfastProblem('already_running', detail)
    }
    await pause(LOCK_LOOK_MS)
  }
}

class OpenDesk implements Desk {
  readonly #stateDir: string
  readonly #spool: Spool
  readonly #lock: ProcessLock
  readonly #tell: Tell
  /** Opened at the first word: an agent beside a journal that cannot be read still shows what it can. */
  #journal: SqliteJournal | null = null
  readonly #rowsByRequest = new Map<string, JournalRow>()
  #readUpTo = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(place: DeskPlace, lock: ProcessLock) {
    this.#stateDir = place.stateDir
    this.#spool = openSpool({ ...place, name: 'agent' })
    this.#lock = lock
    this.#tell = place.tell ?? logLine
  }

  async record(event: OperatorEvent): Promise<JournalRow> {
    const time = { wall: systemClock.wallNow(), monotonic: systemClock.monotonicNow(), boot: bootId() }
    try {
      await takeOver(this.#open(), this.#spool)
      return await this.#open().append(event, time)
    } catch (error) {
      // Opened anew at the next word: what failed now may be over then.
      await this.#closeJournal()
      if (!isOutOfRoom(error) || !mayWait(event)) throw error
    }
    const row = this.#spool.append(event, time)
    logLine('warning', 'the disk is full: recorded in the runtime directory', { row })
    return row
  }

  async takeOverWaiting(): Promise<void> {
    if (this.#spool.rows().length === 0) return
    try {
      await takeOver(this.#open(), this.#spool)
    } catch (error) {
      await this.#closeJournal()
      if (!isOutOfRoom(error)) throw error
    }
  }

  async recall(requestId: string): Promise<JournalRow | null> {
    const journal = this.#open()
    for (;;) {
      const rows = await journal.read(this.#readUpTo, ROWS_AT_ONCE)
      for (const row of rows) {
        this.#readUpTo = row.seq
        const id = wordIdOf(row)
        if (id !== undefined) this.#rowsByRequest.set(id, row)
      }
      if (rows.length < ROWS_AT_ONCE) break
    }
    return this.#rowsByRequest.get(requestId) ?? null
  }

  async startAnewWhereUnreadable(history: 'own' | 'watchdog'): Promise<boolean> {
    const path = history === 'own' ? operatorJournalPath(this.#stateDir) : watchdogJournalPath(this.#stateDir)
    if (await isReadable(path)) return false
    if (history === 'own') await this.#closeJournal()
    abandonHistory(path, systemClock.wallNow())
    return true
  }

  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act, act)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async close(): Promise<void> {
    await this.#turn
    await this.#closeJournal()
    this.#lock.release()
  }

  #open(): SqliteJournal {
    const path = operatorJournalPath(this.#stateDir)
    this.#journal ??= toldJournal(openSqliteJournal({ path, clock: systemClock }), 'agent', this.#tell)
    return this.#journal
  }

  async #closeJournal(): Promise<void> {
    await this.#journal?.close()
    this.#journal = null
    this.#rowsByRequest.clear()
    this.#readUpTo = 0
  }
}

/**
 * On a full disk nothing but an override is carried out (WD9), so nothing else is promised. Whoever has come to look
 * is let in all the same: that is when somebody must look.
 */
function mayWait(event: OperatorEvent): boolean {
  if (event.type === 'signed_in' || event.type === 'sign_in_link_made') return true
  // A stranger is put out on a full disk as well.
  if (event.type === 'session_ended') return true
  // The way back from a broken console is needed most on a bad day (SH3).
  if (['navigation_changed', 'rolled_back', 'cutover'].includes(event.type)) return true
  return event.type === 'request_recorded' && event.ask.override !== null
}

function wordIdOf({ event }: JournalRow): string | undefined {
  return 'request_id' in event && event.type !== 'request_ended' ? event.request_id : undefined
}

async function isReadable(path: string): Promise<boolean> {
  try {
    const reader = openJournalReader(path)
    await reader.read(0, 1).finally(() => reader.close())
    return true
  } catch (error) {
    if (error instanceof HoldfastProblem && error.code === 'state_unreadable') return false
    throw error
  }
}
