/**
 * Removes rows from the front of a journal, beside its writer. SQLite lets one process write at a time, and whoever
 * appends takes the head of the chain within its own transaction: so the row that tells of the prune and the removal
 * are one commit, before or after which every other row stands. Killed at any moment it has happened, or has not.
 *
 * What comes free is given back in small pieces. Between them the writer has its turn, if it is left any time:
 * SQLite lets nobody queue, and whoever waits looks again every hundred milliseconds.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { prunedEvent, type ChainAnchor } from '#domain/journal/chain.ts'
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import * as store from './journal-database.ts'
import { inodeOf, openMarker } from './journal-files.ts'
import { sha256OfRow } from './row-hash.ts'
import { CHECKPOINT_PAGES, PAGE_BYTES, ROOM_BYTES } from './sqlite-journal.ts'

type PrunedEvent = Extract<JournalEvent, { type: 'pruned' }>

/** What is said of a prune beside what it removes. */
export type PruneWords = Omit<PrunedEvent, 'type' | 'rows' | 'last_hash' | 'last_at'>

export interface Pruned {
  /** The one that tells of it. */
  readonly row: JournalRow
  readonly rows: number
}

/** A megabyte at a time: some ten milliseconds. */
const PAGES_OF_A_PIECE = 256
/** Written anew in a fraction of a second; what is larger keeps its free space for the rows to come. */
const REWRITTEN_BYTES_LIMIT = 16 * 1024 * 1024
const INCREMENTAL = 2

export class JournalPruner {
  readonly #path: string
  readonly #inode: string
  readonly #database: DatabaseSync
  readonly #write: store.RowWriter

  /** Of a journal that is there and was verified. */
  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) throw begunAnew(path)
    this.#inode = inodeOf(path)
    this.#database = store.openForWriting(path)
    this.#database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    this.#write = store.rowWriter(this.#database, sha256OfRow)
  }

  prune(last: ChainAnchor, words: PruneWords, now: () => EventTime): Pruned {
    const pruned = store.inTransaction(this.#database, () => {
      const removed = this.#rowToRemove(last)
      const event = { ...prunedEvent(last), last_at: removed.wall, ...words }
      const row = this.#write(event, now(), randomUUID())
      const { changes } = this.#database.prepare('DELETE FROM journal_row WHERE seq <= ?').run(last.seq)
      return { row, rows: Number(changes) }
    })
    this.#mark()
    return pruned
  }

  /** Whatever cannot be given back stays in the file, for rows to come. */
  async giveBack(inTurn: () => Promise<void>): Promise<void> {
    try {
      if (!this.#givesBack()) return
      for (let free = this.#surplus(); free > 0; free = this.#surplus()) {
        this.#database.exec(`PRAGMA incremental_vacuum(${Math.min(free, PAGES_OF_A_PIECE)})`)
        this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)')
        await inTurn()
      }
    } catch (error) {
      if (!store.isFull(error) && !store.isBusy(error)) throw error
    }
  }

  rows(): number {
    return Number(this.#database.prepare('SELECT count(*) AS rows FROM journal_row').get()?.['rows'])
  }

  bytes(): number {
    const sizes = ['', '-wal'].map((suffix) => statSync(this.#path + suffix, { throwIfNoEntry: false })?.size)
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0)
  }

  close(): void {
    this.#database.close()
  }

  /** As planned: nobody has begun another history in between. */
  #rowToRemove({ seq, hash }: ChainAnchor): { wall: number } {
    const stored = this.#database.prepare('SELECT wall, hash FROM journal_row WHERE seq = ?').get(seq)
    if (stored === undefined || stored['hash'] !== hash || !this.#isInPlace()) throw begunAnew(this.#path)
    return { wall: stored['wall'] as number }
  }

  /** Under the lock: the writer's own word for a later row must not be followed by ours for an earlier one. */
  #mark(): void {
    store.inTransaction(this.#database, () => {
      // The file that was pruned lies aside then, and the marker in its place is that of another history, or of none.
      if (!this.#isInPlace()) throw begunAnew(this.#path)
      openMarker(this.#path, store.headOf(this.#database)).close()
    })
  }

  #isInPlace(): boolean {
    return existsSync(this.#path) && inodeOf(this.#path) === this.#inode
  }

  /** The writer's room on a full disk stays (WD9). */
  #surplus(): number {
    return store.freePages(this.#database) - ROOM_BYTES / PAGE_BYTES
  }

  /** Journals of an earlier release have to be written anew, once, before they can. */
  #givesBack(): boolean {
    const pragma = (name: string) =>
      Number(Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0])
    if (pragma('auto_vacuum') === INCREMENTAL) return true
    const used = pragma('page_count') - store.freePages(this.#database)
    if (used * PAGE_BYTES > REWRITTEN_BYTES_LIMIT) return false
    this.#database.exec('PRAGMA auto_vacuum = INCREMENTAL; VACUUM')
    this.#database.exec(`PRAGMA journal_size_limit = ${2 * ROOM_BYTES}; PRAGMA wal_checkpoint(PASSIVE)`)
    // Two transactions, as where the writer makes it.
    this.#database.exec(`INSERT INTO room (filler) VALUES (zeroblob(${ROOM_BYTES}))`)
    this.#database.exec('DELETE FROM room')
    return true
  }
}

function begunAnew(path: string): HoldfastProblem {
  return new HoldfastProblem('stale_view', `${path} was begun anew by somebody else meanwhile`)
}
