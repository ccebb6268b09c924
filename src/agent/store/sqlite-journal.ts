/**
 * The journal in a SQLite file: one writer, any number of readers, every commit flushed before it is
 * acknowledged.
 *
 * Room on a full disk (WD9), in two layers. Inside: the database keeps free pages of its own and the
 * write-ahead log a length that both were really written once, so that the next hundred records overwrite what
 * the file already has and nobody can take away. (True where overwriting needs no space: ext4, xfs, tmpfs; not
 * on copy-on-write file systems.) Beside it: a reserve file, given back when even that is not enough, as when
 * a journal that was killed has to be opened on a full disk and SQLite needs a log and an index again.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { invariant } from '#domain/invariant.ts'
import { journalEvent } from '#domain/journal/events.ts'
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { Journal, JournalMark, RestartJournal } from '#agent/ports/journal.ts'
import { afterwards } from './afterwards.ts'
import * as store from './journal-database.ts'
import { inodeOf, keepReserve, openMarker, putAside, readMarker, releaseReserve } from './journal-files.ts'
import type { Marker, MarkerReading } from './journal-files.ts'
import { sha256OfRow, type RowHash } from './row-hash.ts'

export interface JournalOptions {
  readonly path: string
  readonly clock: Clock
  readonly hash?: RowHash
  readonly newId?: () => string
  /** Each of the two layers. The default keeps 100 records of 8 KiB, many times the usual one, in either. */
  readonly roomBytes?: number
}

export interface JournalReader extends Pick<Journal, 'read' | 'mark' | 'close'> {
  /** The place of its last row; 0: there is none. */
  head(): number
  /** Whether a row of this id was written. */
  has(id: string): boolean
}

export interface SqliteJournal extends Journal, JournalReader, Pick<RestartJournal, 'appendTogether'> {
  /** With an id, where the row has had one before it came here. */
  append(event: JournalEvent, time: EventTime, id?: string): Promise<JournalRow>
  /** Whether the reserve beside the database is still there; `doctor` shows it. */
  hasReserve(): boolean
  /** Tries to have the reserve again, after the disk was full. Returns whether it is there. */
  restoreReserve(): boolean
}

export const ROOM_BYTES = 1_024 * 1_024
/**
 * Often enough that the room cannot run out unseen and that the log is carried over before SQLite does it by itself
 * within a commit that somebody waits for; seldom enough that a full disk is not asked in vain each time.
 */
const UPKEEP_ROWS = 16
export const PAGE_BYTES = 4_096
/** Well within the log's kept length, so that it is reused from its start instead of growing. */
export const CHECKPOINT_PAGES = 100

export function openSqliteJournal(options: JournalOptions): SqliteJournal {
  const { path, clock } = options
  const hash = options.hash ?? sha256OfRow
  try {
    const database = withRoom(path, () => openSound(path, hash))
    try {
      return new OpenJournal(database, openMarker(path, store.headOf(database)), { ...options, hash })
    } catch (error) {
      database.close()
      throw error
    }
  } catch (cause) {
    throw store.isDamage(cause) ? keptAside(path, clock, cause) : unusable(path, cause)
  }
}

/** A reader beside the writing process: it changes nothing, and what it finds broken stays where it is. */
export function openJournalReader(path: string, hash: RowHash = sha256OfRow): JournalReader {
  const held = new HeldDatabase(path)
  const look = <T>(act: (database: DatabaseSync, marker: MarkerReading) => T): T | null => {
    const marker = readMarker(path)
    try {
      // The other process has never written: an empty history in truth, or its marker would be there.
      if (marker.kind === 'missing' && !existsSync(path)) return null
      return act(held.current(), marker)
    } catch (cause) {
      held.letGo()
      if (store.isBeingMade(marker, cause)) return null
      throw unusable(path, cause)
    }
  }
  look((database) => store.checkDatabase(database, path, hash))
  return {
    read: async (afterSeq, limit) => {
      const rows = look((database, marker) =>
        // One moment, and one lock for three questions.
        store.inOneLook(database, () => {
          store.checkBriefly(database, path, marker)
          return readRows(database, path, afterSeq, limit)
        }),
      )
      return rows ?? []
    },
    head: () => look((database) => store.headOf(database).seq) ?? 0,
    has: (id) => look((database) => store.hasRow(database, id)) ?? false,
    mark: () => held.mark(),
    close: async () => held.letGo(),
  }
}

/**
 * Kept open from read to read, as long as the same file stands under the name: the writer may have put it aside
 * and begun another meanwhile. A file at rest is opened each time, since it is read as if it never changed.
 */
class HeldDatabase {
  readonly #path: string
  #held: { database: DatabaseSync; inode: string; isAtRest: boolean } | null = null

  constructor(path: string) {
    this.#path = path
  }

  current(): DatabaseSync {
    const inode = inodeOf(this.#path)
    if (this.#held?.inode === inode && !this.#held.isAtRest) return this.#held.database
    this.letGo()
    this.#held = { ...store.openForReading(this.#path), inode }
    return this.#held.database
  }

  /** null: nothing tells of a change to a file at rest, or to one that takes the place of this. */
  mark(): JournalMark | null {
    if (this.#held === null || this.#held.isAtRest) return null
    const { database, inode } = this.#held
    try {
      return inodeOf(this.#path) === inode ? markOf(database, inode) : null
    } catch {
      return null // the read that follows says why
    }
  }

  letGo(): void {
    this.#held?.database.close()
    this.#held = null
  }
}

interface NamedEvent {
  readonly event: JournalEvent
  readonly id: string
}

class OpenJournal implements SqliteJournal {
  readonly #database: DatabaseSync
  readonly #marker: Marker
  readonly #path: string
  readonly #newId: () => string
  readonly #roomBytes: number
  readonly #write: store.RowWriter
  #broken: unknown = null
  #rowsSinceUpkeep = 0

  constructor(database: DatabaseSync, marker: Marker, options: JournalOptions & { hash: RowHash }) {
    this.#database = database
    this.#marker = marker
    this.#path = options.path
    this.#newId = options.newId ?? randomUUID
    this.#roomBytes = options.roomBytes ?? ROOM_BYTES
    this.#write = store.rowWriter(database, options.hash)
    this.#emptyRoom()
    this.#keepRoom()
  }

  async append(event: JournalEvent, time: EventTime, id = this.#newId()): Promise<JournalRow> {
    const [row] = this.#appendAll([{ event, id }], time)
    invariant(row !== undefined, 'one event is one row')
    return row
  }

  async appendTogether(events: readonly JournalEvent[], time: EventTime): Promise<JournalRow[]> {
    const named = events.map((event) => ({ event, id: this.#newId() }))
    return this.#appendAll(named, time)
  }

  async read(afterSeq: number, limit: number): Promise<JournalRow[]> {
    return readRows(this.#database, this.#path, afterSeq, limit)
  }

  async close(): Promise<void> {
    this.#database.close()
    this.#marker.close()
  }

  mark(): JournalMark {
    return markOf(this.#database, '')
  }

  head(): number {
    return store.headOf(this.#database).seq
  }

  has(id: string): boolean {
    return store.hasRow(this.#database, id)
  }

  hasReserve(): boolean {
    return existsSync(`${this.#path}.reserve`)
  }

  restoreReserve(): boolean {
    this.#keepRoom()
    return this.hasReserve()
  }

  #appendAll(named: readonly NamedEvent[], time: EventTime): JournalRow[] {
    const areKnown = named.every(({ event }) => journalEvent.safeParse(event).success)
    invariant(areKnown, 'only events of the schema are written')
    if (this.#broken !== null) throw unwritable(this.#path, this.#broken)
    let rows: JournalRow[]
    try {
      rows = withRoom(
        this.#path,
        () => this.#commit(named, time),
        () => this.#reuseLog(),
      )
    } catch (cause) {
      // After a full disk the file is as it was. After any other failure nobody knows what reached the disk.
      if (!store.isFull(cause)) this.#broken = cause
      throw unwritable(this.#path, cause)
    }
    const last = rows.at(-1)
    if (last !== undefined) this.#marker.write(last)
    this.#rowsSinceUpkeep += rows.length
    if (this.#rowsSinceUpkeep >= UPKEEP_ROWS) this.#keepUpSoon()
    return rows
  }

  #commit(named: readonly NamedEvent[], time: EventTime): JournalRow[] {
    return store.inTransaction(this.#database, () =>
      named.map(({ event, id }) => this.#write(event, time, id)),
    )
  }

  /** Behind whatever waits for these rows, as a signal may. */
  #keepUpSoon(): void {
    this.#rowsSinceUpkeep = 0
    afterwards(() => {
      if (!this.#database.isOpen) return
      this.#carryOver()
      this.#keepRoom()
    })
  }

  /** Without a wait: whoever reads for long, as `audit verify` does, must not hold up a row. */
  #carryOver(): void {
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    } catch (error) {
      if (!store.isFull(error)) this.#broken = error
    }
  }

  /** Carries the log over into the database, so that its own length can be used from the start again. */
  #reuseLog(): void {
    this.#database.exec('PRAGMA wal_checkpoint(RESTART)')
  }

  /** Two transactions: pages that are freed in the one that took them are never written, and hold no room. */
  #keepRoom(): void {
    if (store.freePages(this.#database) * PAGE_BYTES < this.#roomBytes / 2) {
      try {
        store.inTransaction(this.#database, () =>
          this.#database.prepare('INSERT INTO room (filler) VALUES (zeroblob(?))').run(this.#roomBytes),
        )
      } catch (error) {
        if (!store.isFull(error)) this.#broken = error
      }
      this.#carryOver()
      this.#emptyRoom()
    }
    if (!this.hasReserve()) keepReserve(this.#path, this.#roomBytes)
  }

  #emptyRoom(): void {
    try {
      this.#database.exec('DELETE FROM room')
    } catch (error) {
      if (!store.isFull(error)) this.#broken = error
    }
  }
}

function openSound(path: string, hash: RowHash): DatabaseSync {
  const hasMarker = readMarker(path).kind !== 'missing'
  if (hasMarker && !existsSync(path)) {
    throw new store.DamagedJournal('it is gone, though its marker stands beside it')
  }
  // SQLite would take it for a new file and write to it, before anybody had seen what it was.
  if (hasMarker && statSync(path).size === 0) throw new store.DamagedJournal('it is empty')
  const database = store.openForWriting(path)
  try {
    const isNew = !hasMarker && store.schemaVersion(database) === 0
    if (isNew) store.inTransaction(database, () => database.exec(store.CREATE_SCHEMA))
    store.checkDatabase(database, path, hash)
    database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** In this order: what comes in between shows in the head. */
function markOf(database: DatabaseSync, inode: string): JournalMark {
  const others = `${inode} ${store.othersVersion(database)}`
  return { others, head: store.headOf(database).seq }
}

function readRows(database: DatabaseSync, path: string, afterSeq: number, limit: number): JournalRow[] {
  try {
    const rows = store
      .prepared(database, store.SELECT_ROWS)
      .all(afterSeq, limit) as unknown as store.StoredRow[]
    return rows.map(store.toJournalRow)
  } catch (cause) {
    throw store.unreadable(path, cause)
  }
}

/** What is left when the reserve is gone as well: the journal is as it was, and takes rows again when there is room. */
export function isOutOfRoom(error: unknown): boolean {
  return error instanceof HoldfastProblem && error.code === 'state_unwritable' && store.isFull(error.cause)
}

/** Tries once more after each way of making room; what is still full then is full. */
function withRoom<T>(path: string, act: () => T, reuse?: () => void): T {
  for (const makeRoom of [reuse, () => releaseReserve(path)]) {
    try {
      return act()
    } catch (error) {
      if (!store.isFull(error)) throw error
      makeRoom?.()
    }
  }
  return act()
}

function keptAside(path: string, clock: Clock, cause: unknown): HoldfastProblem {
  const why = (cause as Error).message
  if (!existsSync(path)) return new HoldfastProblem('state_unreadable', `${path}: ${why}`, { cause })
  const aside = putAside(path, clock.wallNow())
  return new HoldfastProblem('state_unreadable', `${path}: ${why}; it is kept as ${aside}`, { cause })
}

/** A full disk leaves the history as it was: nobody must be told, or tempted, to begin a new one (WD11). */
function unusable(path: string, cause: unknown): HoldfastProblem {
  return store.isFull(cause) ? unwritable(path, cause) : store.unreadable(path, cause)
}

function unwritable(path: string, cause: unknown): HoldfastProblem {
  return new HoldfastProblem('state_unwritable', `${path}: ${(cause as Error).message}`, { cause })
}
