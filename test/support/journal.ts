/** Events and openings for the tests of the journal. */
import { openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import type { SqliteJournal } from '#agent/store/sqlite-journal.ts'
import type { EventTime, JournalEvent } from '#domain/journal/events.ts'

/** About as long as an intent with its decision and evidence. */
const REASON = 'worker restarts are not helping. '.repeat(48)

export function pausedEvent(number: number, reason = REASON): JournalEvent {
  return { type: 'paused', actor: { name: `local:${number}`, ip: null }, reason, until: null }
}

export function timeOf(number: number): EventTime {
  return { wall: 1_700_000_000_000 + number, monotonic: number + 0.25, boot: 'a boot' }
}

export function openJournal(path: string, roomBytes?: number): SqliteJournal {
  const clock = { wallNow: () => 1_700_000_000_000, monotonicNow: () => 0 }
  return openSqliteJournal({ path, clock, ...(roomBytes === undefined ? {} : { roomBytes }) })
}

export async function appendMany(journal: SqliteJournal, count: number): Promise<void> {
  for (let number = 1; number <= count; number += 1) await journal.append(pausedEvent(number), timeOf(number))
}
