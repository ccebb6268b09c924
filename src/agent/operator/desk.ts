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
import { openJournalReader, openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { prepareDirectory } from '#agent/system/directories.ts'
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

/** Durable when it settles. */
export async function recordWord(stateDir: string, event: OperatorEvent): Promise<JournalRow> {
  await prepareDirectory(stateDir, 'the state directory')
  const lock = await takeTurn(stateDir)
  const journal = openSqliteJournal({ path: operatorJournalPath(stateDir), clock: systemClock })
  try {
    const time = { wall: systemClock.wallNow(), monotonic: systemClock.monotonicNow(), boot: bootId() }
    return await journal.append(event, time)
  } finally {
    await journal.close()
    lock.release()
  }
}

/**
 * A history that cannot be read holds the guard; releasing it starts a new one (WD11). The unreadable file
 * stays aside, and the release, recorded before, says who did it. Returns whether that was needed.
 */
export async function startNewHistoryWhereUnreadable(stateDir: string): Promise<boolean> {
  const path = watchdogJournalPath(stateDir)
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
