/** The journals, read by a command itself. */
import { access, constants } from 'node:fs/promises'
import type { JournalState } from '#domain/journal/fold.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { openHistoryReaders, type HistoryReader } from '#agent/store/history-readers.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import type { OperatorPlace } from './reach.ts'

/** null: it cannot be read. */
export async function readHistory(place: OperatorPlace): Promise<JournalState | null> {
  await requireReadable(place.stateDir)
  let readers: HistoryReader[] = []
  try {
    readers = await openHistoryReaders(place)
    return await new JournalHistory(readers, bootId()).catchUp()
  } catch (error) {
    if (error instanceof HoldfastProblem && error.code === 'state_unreadable') return null
    throw error
  } finally {
    for (const reader of readers) await reader.close()
  }
}

/** To an account that may not look into it, a directory looks empty: no restarts, no guard, no watchdog. */
export async function requireReadable(directory: string): Promise<void> {
  try {
    await access(directory, constants.R_OK | constants.X_OK)
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return
    const detail = `${directory} cannot be read by this account (${errorCode(cause)})`
    throw new HoldfastProblem('directory_unusable', detail, { cause })
  }
}
