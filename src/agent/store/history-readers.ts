import type { Journal } from '#agent/ports/journal.ts'
import { operatorJournalPath, watchdogJournalPath } from './journal-paths.ts'
import { openSpool } from './spool.ts'
import { openSpooledReader } from './spooled-journal.ts'

export type HistoryReader = Pick<Journal, 'read' | 'mark' | 'close'>

/** Both journals, each with what waits for it on a full disk: what `JournalHistory` is made of. All of them, or none. */
export async function openHistoryReaders(place: {
  readonly stateDir: string
  readonly runtimeDir: string
}): Promise<HistoryReader[]> {
  const sources = [
    { path: watchdogJournalPath(place.stateDir), spool: openSpool({ ...place, name: 'watchdog' }) },
    { path: operatorJournalPath(place.stateDir), spool: openSpool({ ...place, name: 'agent' }) },
  ]
  const readers: HistoryReader[] = []
  try {
    for (const { path, spool } of sources) readers.push(openSpooledReader(path, spool))
    return readers
  } catch (error) {
    for (const reader of readers) await reader.close()
    throw error
  }
}
