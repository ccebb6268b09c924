/** Events and openings for the tests of the journal. */
import { DatabaseSync } from 'node:sqlite'
import { sha256 } from '#agent/store/row-hash.ts'
import { openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import type { SqliteJournal } from '#agent/store/sqlite-journal.ts'
import { anchorOf, chainRow, GENESIS, type ChainAnchor } from '#domain/journal/chain.ts'
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

/** Many rows in one commit, as nobody but a test may write them: each acknowledged one costs a flush. */
export function fillJournal(path: string, events: readonly JournalEvent[], timesOf = timeOf): void {
  const database = new DatabaseSync(path)
  const insert = database.prepare('INSERT INTO journal_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
  const head = database.prepare('SELECT seq, hash FROM journal_row ORDER BY seq DESC LIMIT 1').get()
  let before = (head ?? GENESIS) as unknown as ChainAnchor
  database.exec('BEGIN')
  for (const event of events) {
    const time = timesOf(before.seq + 1)
    const row = chainRow(before, { id: `e${before.seq + 1}`, time, event }, sha256)
    const { wall, monotonic, boot } = time
    insert.run(row.seq, row.id, wall, monotonic, boot, JSON.stringify(event), row.previous_hash, row.hash)
    before = anchorOf(row)
  }
  database.exec('COMMIT')
  database.close()
}
