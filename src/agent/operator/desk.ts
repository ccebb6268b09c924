/**
 * Where an operator's word becomes durable: requests, releases, pauses and resumes, written to the operators' journal,
 * which the watchdog reads at its next look. Nothing here talks to the watchdog; it need not run.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { userInfo } from 'node:os'
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { abandonHistory } from '#agent/store/journal-files.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { takeLock, type ProcessLock } from '#agent/store/process-lock.ts'
import type { Spool } from '#agent/store/spool.ts'
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
import { logFromCommand, logLine } from '#agent/system/log.ts'
import { bootId } from '#agent/system/proc-stat.ts'

type OperatorEvent = Extract<
  JournalEvent,
  { type: 'request_recorded' | 'request_ended' | 'guard_released' | 'paused' | 'resumed' }
>

type Actor = Extract<OperatorEvent, { type: 'resumed' }>['actor']

const LOCK_LOOK_MS = 50
const LOCK_LOOKS_LIMIT = 60

/** Break-glass (SE7): whoever may write the state directory of this host, under the name of the account. */
export function localActor(): Actor {
  return { name: `local:${userInfo().username}`, ip: null }
}

/**
 * Durable when it settles, and told in the log stream then. On a full disk a word that may wait is kept in the
 * spool, where there is one.
 */
export async function recordWord(
  stateDir: string,
  event: OperatorEvent,
  spool: Spool | null = null,
  tell: Tell = logFromCommand,
): Promise<JournalRow> {
  await prepareDirectory(stateDir, 'the state directory')
  const lock = await takeTurn(stateDir)
  const time = { wall: systemClock.wallNow(), monotonic: systemClock.monotonicNow(), boot: bootId() }
  try {
    return await withOperatorJournal(stateDir, tell, async (journal) => {
      if (spool !== null) await takeOver(journal, spool)
      return journal.append(event, time)
    })
  } catch (error) {
    if (spool === null || !isOutOfRoom(error) || !mayWait(event)) throw error
    const row = spool.append(event, time)
    logLine('warning', 'the disk is full: recorded in the runtime directory', { row })
    return row
  } finally {
    lock.release()
  }
}

async function withOperatorJournal<T>(
  stateDir: string,
  tell: Tell,
  act: (journal: SqliteJournal) => Promise<T>,
): Promise<T> {
  const opened = openSqliteJournal({ path: operatorJournalPath(stateDir), clock: systemClock })
  const journal = toldJournal(opened, 'agent', tell)
  try {
    return await act(journal)
  } finally {
    await journal.close()
  }
}

/** On a full disk nothing but an override is carried out (WD9), so nothing else is promised. */
function mayWait(event: OperatorEvent): boolean {
  return event.type === 'request_recorded' && event.ask.override !== null
}

/**
 * A history that cannot be read holds the guard; releasing it starts a new one (WD11). What is unreadable stays
 * aside. The operators' own comes first, since the release is recorded there, and the watchdog's after that, so
 * that the release stands before what it begins. Returns the release, and whether a new history was needed.
 */
export async function releaseGuard(
  stateDir: string,
  event: Extract<OperatorEvent, { type: 'guard_released' }>,
): Promise<{ row: JournalRow; isNewHistory: boolean }> {
  const isNewWord = await startAnewWhereUnreadable(operatorJournalPath(stateDir))
  const row = await recordWord(stateDir, event)
  const isNewHistory = await startAnewWhereUnreadable(watchdogJournalPath(stateDir))
  return { row, isNewHistory: isNewWord || isNewHistory }
}

async function startAnewWhereUnreadable(path: string): Promise<boolean> {
  try {
    const reader = openJournalReader(path)
    await reader.read(0, 1)
    await reader.close()
    return false
  } catch (error) {
    if (!(error instanceof HoldfastProblem) || error.code !== 'state_unreadable') throw error
    abandonHistory(path, systemClock.wallNow())
    return true
  }
}

/** One writer at a time; two operators at once wait for each other, briefly. */
async function takeTurn(stateDir: string): Promise<ProcessLock> {
  for (let look = 1; ; look++) {
    try {
      return await takeLock(stateDir, 'operators')
    } catch (error) {
      const busy = error instanceof HoldfastProblem && error.code === 'already_running'
      if (!busy || look === LOCK_LOOKS_LIMIT) throw error
      await pause(LOCK_LOOK_MS)
    }
  }
}
