/**
 * A journal together with its spool (spool.ts): read as one history, in which the rows that wait stand at the end.
 * What waits is taken over before anything else is appended, so that the order stays; by its id, so that a crash in
 * between takes no row over twice.
 */
import { FLAG_ACTOR, type JournalEvent, type JournalRow, type RestartAsk } from '#domain/journal/events.ts'
import type { Journal, JournalMark, RestartJournal } from '#agent/ports/journal.ts'
import { isOutOfRoom, openJournalReader, type JournalReader, type SqliteJournal } from './sqlite-journal.ts'
import { takeLock } from './process-lock.ts'
import type { Spool } from './spool.ts'

type Tell = (row: JournalRow) => void

/**
 * On a full disk only what belongs to an authenticated override waits in the spool, and what must not be forgotten
 * meanwhile: outcomes, restarts of others, the latch. Everything else fails, the machine's own restarts first (WD9).
 */
export class SpooledJournal implements RestartJournal {
  readonly #journal: SqliteJournal
  readonly #spool: Spool
  readonly #tell: Tell
  #isFull = false

  constructor(journal: SqliteJournal, spool: Spool, tell: Tell) {
    this.#journal = journal
    this.#spool = spool
    this.#tell = tell
  }

  /** The last row found no room in the journal. */
  isSpooling(): boolean {
    return this.#isFull
  }

  async appendTogether(events: readonly JournalEvent[], time: JournalRow['time']): Promise<JournalRow[]> {
    try {
      await takeOver(this.#journal, this.#spool)
      const rows = await this.#journal.appendTogether(events, time)
      this.#isFull = false
      return rows
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      this.#isFull = true
      if (!this.#mayAllWait(events)) throw error
    }
    return events.map((event) => this.#wait(event, time))
  }

  #wait(event: JournalEvent, time: JournalRow['time']): JournalRow {
    const row = this.#spool.append(event, time)
    this.#tell(row)
    return { ...row, seq: this.#journal.head() + row.seq }
  }

  /** What waits must not wait for the next event; and that there is room again is told without one, too. */
  async retry(): Promise<void> {
    if (!this.#isFull && this.#spool.rows().length === 0) return
    try {
      await takeOver(this.#journal, this.#spool)
      this.#isFull = !this.#journal.restoreReserve()
    } catch (error) {
      if (!isOutOfRoom(error)) throw error
      this.#isFull = true
    }
  }

  read(afterSeq: number, limit: number): Promise<JournalRow[]> {
    return readWith(this.#journal, this.#spool, afterSeq, limit)
  }

  mark(): JournalMark | null {
    return markWith(this.#journal, this.#spool)
  }

  close(): Promise<void> {
    return this.#journal.close()
  }

  #mayAllWait(events: readonly JournalEvent[]): boolean {
    const claimed = [...this.#spool.rows().map(({ event }) => event), ...events].flatMap((event) =>
      event.type === 'request_claimed' ? [event.ask.request_id] : [],
    )
    return events.every((event) => mayWait(event, claimed))
  }
}

/** `claimed`: the requests whose claim waits as well. */
function mayWait(event: JournalEvent, claimed: readonly string[]): boolean {
  switch (event.type) {
    case 'request_claimed':
    case 'request_refused':
    case 'intent':
      return isAuthenticatedOverride(event.ask)
    case 'request_ended':
      return claimed.includes(event.request_id)
    case 'outcome':
    case 'guard_latched':
    case 'external_restart':
    case 'watchdog_started':
      return true
    default:
      return false
  }
}

function isAuthenticatedOverride({ override, actor }: RestartAsk): boolean {
  return override !== null && !actor.name.startsWith(FLAG_ACTOR)
}

/** For whoever only reads: the journal of another process, and what waits for it. */
export function openSpooledReader(path: string, spool: Spool): Pick<Journal, 'read' | 'mark' | 'close'> {
  const reader = openJournalReader(path)
  return {
    read: (afterSeq, limit) => readWith(reader, spool, afterSeq, limit),
    mark: () => markWith(reader, spool),
    close: () => reader.close(),
  }
}

/** Fails as the journal does while there is no room. */
export async function takeOver(journal: SqliteJournal, spool: Spool): Promise<void> {
  const waiting = spool.rows()
  if (waiting.length === 0) return
  for (const { id, event, time } of waiting) {
    if (!journal.has(id)) await journal.append(event, time, id)
  }
  spool.remove()
}

async function readWith(
  journal: JournalReader,
  spool: Spool,
  afterSeq: number,
  limit: number,
): Promise<JournalRow[]> {
  const waiting = spool.rows()
  const rows = await journal.read(afterSeq, limit)
  if (waiting.length === 0) return rows
  const head = journal.head()
  const later = waiting
    .filter(({ id }) => !journal.has(id))
    .map((row, index) => ({ ...row, seq: head + index + 1 }))
    .filter(({ seq }) => seq > afterSeq)
  return [...rows, ...later].slice(0, limit)
}

function markWith(journal: JournalReader, spool: Spool): JournalMark | null {
  return spool.rows().length === 0 ? journal.mark() : null
}

/** Another process's spool, whose turn has come: under its writers' lock, or not at all for now. */
export async function takeOverFor(
  stateDir: string,
  spool: Spool,
  openJournal: () => SqliteJournal,
): Promise<void> {
  if (spool.rows().length === 0) return
  const lock = await takeLock(stateDir, 'operators')
  try {
    const journal = openJournal()
    await takeOver(journal, spool).finally(() => journal.close())
  } finally {
    lock.release()
  }
}
