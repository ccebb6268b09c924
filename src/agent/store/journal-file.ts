/**
 * A journal as it lies on disk, for whoever looks at the whole of it: as of one moment, beside its writer, one
 * row at a time. Unlike the reader that decisions are made from, it does not refuse rows that do not verify: to
 * find them, or to show them all the same, is what it is opened for.
 */
import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import type { JournalRow } from '#domain/journal/events.ts'
import type { LastPlaces } from '#domain/journal/merge.ts'
import * as store from './journal-database.ts'
import { readMarker, type MarkerReading } from './journal-files.ts'

export interface JournalFile {
  /** As read before anything else: whatever it names was committed by then. */
  readonly marker: MarkerReading
  readonly rowCount: number
  /** By number. A row that holds no event any more comes as one of a kind that nobody knows. */
  rows(): Generator<JournalRow>
  lastPlaces(): LastPlaces
  close(): void
}

/**
 * null: nobody has written to it yet. Throws `DamagedJournal`, or whatever SQLite has found, for a file that is
 * broken or gone, and `state_unreadable` for one of a newer release.
 */
export function openJournalFile(path: string): JournalFile | null {
  const marker = readMarker(path)
  if (!existsSync(path)) {
    if (marker.kind === 'missing') return null
    throw new store.DamagedJournal('it is gone, though its marker stands beside it')
  }
  let database: DatabaseSync | null = null
  try {
    database = store.openForReading(path).database
    database.exec('BEGIN')
    store.checkForm(database, path)
    return new OpenFile(database, marker)
  } catch (error) {
    database?.close()
    if (store.isBeingMade(marker, error)) return null
    throw error
  }
}

class OpenFile implements JournalFile {
  readonly marker: MarkerReading
  readonly rowCount: number
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync, marker: MarkerReading) {
    this.#database = database
    this.marker = marker
    const { rows } = database.prepare('SELECT count(*) AS rows FROM journal_row').get() as { rows: number }
    this.rowCount = rows
  }

  *rows(): Generator<JournalRow> {
    const [from, everything] = [Number.MIN_SAFE_INTEGER, -1]
    for (const stored of this.#database.prepare(store.SELECT_ROWS).iterate(from, everything)) {
      yield asItStands(stored as unknown as store.StoredRow)
    }
  }

  lastPlaces(): LastPlaces {
    const places = this.#database.prepare('SELECT boot, max(seq) AS seq FROM journal_row GROUP BY boot').all()
    return new Map(places.map(({ boot, seq }) => [boot as string, seq as number]))
  }

  close(): void {
    this.#database.close()
  }
}

function asItStands(stored: store.StoredRow): JournalRow {
  try {
    const row = store.toJournalRow(stored)
    if (typeof row.event?.type === 'string') return row
  } catch {
    // No JSON any more: no writer wrote this. Its hash will not fit, and that says so.
  }
  return { ...store.toJournalRow({ ...stored, event: '{}' }), event: { type: 'no_event' } as never }
}
