/** The SQLite side of a journal: its table, and the looks that tell a sound file from a damaged one. */
import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { readMarker, type Head, type MarkerReading } from './journal-files.ts'
import { NO_HASH, type RowHash } from './row-hash.ts'

/**
 * The oldest form that a reader must understand. A release that only adds (a column with a default, a new
 * kind of event) leaves it alone, so that going back one release keeps the history (SD4).
 */
export const SCHEMA_VERSION = 1

/** Rows at the end whose chain is checked at every opening; all of them are checked by `audit verify`. */
const VERIFIED_TAIL_ROWS = 1_000

/** How long one process waits for another's commit or checkpoint; the worst seen with two writers was 430 ms. */
const BUSY_MS = 5_000

export const CREATE_SCHEMA = `
  CREATE TABLE journal_row (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    wall REAL NOT NULL,
    monotonic REAL NOT NULL,
    boot TEXT NOT NULL,
    event TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE room (filler BLOB NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`

export const SELECT_ROWS =
  'SELECT seq, id, wall, monotonic, boot, event, previous_hash, hash FROM journal_row WHERE seq > ? ORDER BY seq LIMIT ?'

const SELECT_HASH = 'SELECT hash FROM journal_row WHERE seq = ?'

export const SELECT_HEAD = 'SELECT seq, hash FROM journal_row ORDER BY seq DESC LIMIT 1'

export interface StoredRow {
  seq: number
  id: string
  wall: number
  monotonic: number
  boot: string
  event: string
  previous_hash: string
  hash: string
}

/** What was found wrong with the file itself; the caller decides whether it is moved aside. */
export class DamagedJournal extends Error {
  override name = 'DamagedJournal'
}

export function openForWriting(path: string): DatabaseSync {
  const isNew = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
  const database = new DatabaseSync(path, { timeout: BUSY_MS })
  // What is pruned later can be given back in small pieces. To a file that is there it would write.
  if (isNew) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON')
  return database
}

/** Preparing costs more than asking: once for each database and question. Not for what is read by and by. */
export function prepared(database: DatabaseSync, sql: string): StatementSync {
  const known = PREPARED.get(database) ?? new Map<string, StatementSync>()
  PREPARED.set(database, known)
  const statement = known.get(sql) ?? database.prepare(sql)
  known.set(sql, statement)
  return statement
}

const PREPARED = new WeakMap<DatabaseSync, Map<string, StatementSync>>()

export function inTransaction<T>(database: DatabaseSync, act: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = act()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk may have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Reads only. Whoever meets an error closes the database, and with it the look. */
export function inOneLook<T>(database: DatabaseSync, act: () => T): T {
  prepared(database, 'BEGIN').run()
  const result = act()
  prepared(database, 'COMMIT').run()
  return result
}

/** Within a transaction: the next row of the chain, whoever wrote the one before it. */
export type RowWriter = (event: JournalEvent, time: EventTime, id: string) => JournalRow

export function rowWriter(database: DatabaseSync, hash: RowHash): RowWriter {
  const insert = prepared(
    database,
    'INSERT INTO journal_row (seq, id, wall, monotonic, boot, event, previous_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  return (event, time, id) => {
    const head = headOf(database)
    // As it will be read back: what JSON does not carry (an undefined) must not be in the hash either.
    const text = JSON.stringify(event)
    const unhashed = {
      seq: head.seq + 1,
      id,
      time: { wall: time.wall, monotonic: time.monotonic, boot: time.boot },
      event: JSON.parse(text) as JournalEvent,
      previous_hash: head.hash,
    }
    const row = { ...unhashed, hash: hash(unhashed) }
    const { seq, previous_hash, hash: own } = row
    insert.run(seq, id, time.wall, time.monotonic, time.boot, text, previous_hash, own)
    return row
  }
}

/** Free pages within the file; the writer keeps some for a full disk. */
export function freePages(database: DatabaseSync): number {
  const { freelist_count: free } = prepared(database, 'PRAGMA freelist_count').get() as {
    freelist_count: number
  }
  return free
}

/**
 * Beside a writer, its shared index is used. After a clean end there is none, and a reader who may not write
 * to the directory, or finds no room there, cannot make one; then the file is at rest, and is read as it lies.
 */
export function openForReading(path: string): { database: DatabaseSync; isAtRest: boolean } {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS })
  try {
    database.prepare(SELECT_HEAD).get()
    return { database, isAtRest: false }
  } catch (error) {
    database.close()
    const isAtRest = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
    if (!isAtRest || !(isCannotOpen(error) || isFull(error))) throw error
    const atRest = pathToFileURL(path)
    atRest.searchParams.set('immutable', '1')
    return { database: new DatabaseSync(atRest, { readOnly: true }), isAtRest: true }
  }
}

/**
 * Reads only. Throws `DamagedJournal` for what is broken, `state_unreadable` for what is merely newer. The marker
 * is read first: whatever it names was committed before, so a reader beside a writer sees that row too.
 */
export function checkDatabase(database: DatabaseSync, path: string, hash: RowHash): void {
  const marker = readMarker(path)
  checkForm(database, path)
  checkTail(database, hash)
  checkAgainstMarker(database, marker)
}

/** Whether it is a database of this form at all, whatever its rows say. */
export function checkForm(database: DatabaseSync, path: string): void {
  checkVersion(database, path)
  const { quick_check: verdict } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string }
  if (verdict !== 'ok') throw new DamagedJournal(verdict)
}

/** What can be looked at before every single read; the marker, as above, was read before. */
export function checkBriefly(database: DatabaseSync, path: string, marker: MarkerReading): void {
  checkVersion(database, path)
  checkAgainstMarker(database, marker)
}

function checkVersion(database: DatabaseSync, path: string): void {
  const version = schemaVersion(database)
  if (version === 0) throw new DamagedJournal('it holds no journal')
  if (version <= SCHEMA_VERSION) return
  throw new HoldfastProblem(
    'state_unreadable',
    `${path} has schema version ${version}, this release understands up to ${SCHEMA_VERSION}; it was left as it is`,
  )
}

export function schemaVersion(database: DatabaseSync): number {
  return (prepared(database, 'PRAGMA user_version').get() as { user_version: number }).user_version
}

export function headOf(database: DatabaseSync): Head {
  const row = prepared(database, SELECT_HEAD).get() as unknown as Head | undefined
  return row === undefined ? { seq: 0, hash: NO_HASH } : { seq: row.seq, hash: row.hash }
}

/** Another number after each commit of another connection, and after none of this one's own. */
export function othersVersion(database: DatabaseSync): number {
  return (prepared(database, 'PRAGMA data_version').get() as { data_version: number }).data_version
}

export function hasRow(database: DatabaseSync, id: string): boolean {
  return prepared(database, 'SELECT 1 FROM journal_row WHERE id = ?').get(id) !== undefined
}

function checkTail(database: DatabaseSync, hash: RowHash): void {
  const after = Math.max(0, headOf(database).seq - VERIFIED_TAIL_ROWS)
  let previous: Head | null = after === 0 ? { seq: 0, hash: NO_HASH } : null
  for (const stored of database.prepare(SELECT_ROWS).iterate(after, VERIFIED_TAIL_ROWS)) {
    const row = toJournalRow(stored as unknown as StoredRow)
    if (hash(row) !== row.hash) throw new DamagedJournal(`row ${row.seq} does not match its hash`)
    // Pruned rows are gone from the front: the first one there has nothing to be compared with.
    const isFirstAfterPruning = previous?.seq === 0 && row.seq > 1
    if (previous !== null && !isFirstAfterPruning && !follows(row, previous)) {
      throw new DamagedJournal(`row ${row.seq} does not follow row ${previous.seq}`)
    }
    previous = row
  }
}

function follows(row: JournalRow, previous: Head): boolean {
  return row.seq === previous.seq + 1 && row.previous_hash === previous.hash
}

function checkAgainstMarker(database: DatabaseSync, marker: MarkerReading): void {
  if (marker.kind === 'missing') return
  if (marker.kind === 'unreadable') throw new DamagedJournal(marker.detail)
  const { seq, hash } = marker.head
  const head = headOf(database)
  if (head.seq < seq) throw new DamagedJournal(`it ends at row ${head.seq}, but row ${seq} was written`)
  const isHead = head.seq === seq
  const marked = isHead ? head : prepared(database, SELECT_HASH).get(seq)
  if (marked !== undefined && marked['hash'] !== hash) {
    throw new DamagedJournal(`row ${seq} is not the one that was written`)
  }
}

export function toJournalRow(stored: StoredRow): JournalRow {
  const { seq, id, wall, monotonic, boot, previous_hash, hash } = stored
  const time = { wall, monotonic, boot: sharedBoot(boot) }
  return { seq, id, time, event: parseEvent(stored), previous_hash, hash }
}

let lastBoot = ''

/** One text for all rows of a boot, not one for each: a history of a thousand is compared by it for each decision. */
function sharedBoot(boot: string): string {
  if (boot !== lastBoot) lastBoot = boot
  return lastBoot
}

/** Not held against the schema here: after going back a release there may be kinds that only the newer one knew. */
function parseEvent({ seq, event }: StoredRow): JournalRow['event'] {
  try {
    return JSON.parse(event) as JournalRow['event']
  } catch (cause) {
    throw new DamagedJournal(`row ${seq} is not JSON`, { cause })
  }
}

const SQLITE = {
  busy: 5,
  corrupt: 11,
  full: 13,
  readOnly: 8,
  cannotOpen: 14,
  notADatabase: 26,
  schema: 1,
  noRoomForIndex: 4_874,
} as const

function resultCode(error: unknown): number | null {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' ? code : null
}

/** The low byte is the kind; what stands above it only refines it. */
function hasKind(error: unknown, kind: number): boolean {
  const code = resultCode(error)
  return code !== null && (code & 0xff) === kind
}

/** SQLite says it in two ways, and the marker and the reserve, which are plain files, in the system's own. */
export function isFull(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return true
  return hasKind(error, SQLITE.full) || resultCode(error) === SQLITE.noRoomForIndex
}

/** Another process had it longer than we wait. */
export function isBusy(error: unknown): boolean {
  return hasKind(error, SQLITE.busy)
}

export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedJournal) return true
  return [SQLITE.corrupt, SQLITE.notADatabase, SQLITE.schema].some((kind) => hasKind(error, kind))
}

export function unreadable(path: string, cause: unknown): HoldfastProblem {
  if (cause instanceof HoldfastProblem) return cause
  return new HoldfastProblem('state_unreadable', `${path}: ${(cause as Error).message}`, { cause })
}

/**
 * The writer is at its very first start: the file is there, and its table and its marker are about to be. `before`:
 * the marker as it was before the file was looked at, since the writer may have made both meanwhile.
 */
export function isBeingMade(before: MarkerReading, cause: unknown): boolean {
  return before.kind === 'missing' && String(cause).includes('no such table: journal_row')
}

function isCannotOpen(error: unknown): boolean {
  return hasKind(error, SQLITE.cannotOpen) || hasKind(error, SQLITE.readOnly)
}
