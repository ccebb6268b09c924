/**
 * The fold over both journals, in one order, kept up to date from where it was read last. The other process may put
 * its journal aside and begin another: then the row that was read last is not in its place any more, and
 * everything is read anew.
 *
 * The order matters: which of two boots came first, and whether a request was settled before five hundred others,
 * is known from it. So nothing of one journal is taken before what stands earlier in the other.
 */
import type { JournalRow } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import { comesFirst, lastPlacesOf, type LastPlaces } from '#domain/journal/merge.ts'
import type { Journal } from '#agent/ports/journal.ts'

type Source = Pick<Journal, 'read'>

/** Rows at a time: enough to be quick, few enough that a long history never stands in memory whole. */
const ROWS_AT_ONCE = 500

export class JournalHistory {
  readonly #sources: readonly Source[]
  #state: JournalState = emptyState
  #cursors: Cursor[]

  constructor(sources: readonly Source[]) {
    this.#sources = sources
    this.#cursors = this.#fromTheBeginning()
  }

  /** As of the last time that it caught up. */
  get state(): JournalState {
    return this.#state
  }

  async catchUp(): Promise<JournalState> {
    if (!(await this.#continue(this.#cursors))) await this.#beginAnew()
    return this.#state
  }

  /** With the first journal alone, to which a row was just written; the others can wait for the next look. */
  async catchUpFirst(): Promise<JournalState> {
    if (!(await this.#continue(this.#cursors.slice(0, 1)))) await this.#beginAnew()
    return this.#state
  }

  async #beginAnew(): Promise<void> {
    this.#state = emptyState
    this.#cursors = this.#fromTheBeginning()
    await this.#continue(this.#cursors)
  }

  #fromTheBeginning(): Cursor[] {
    return this.#sources.map((source) => new Cursor(source))
  }

  /** False: one of the journals is not the one that was read before. */
  async #continue(cursors: readonly Cursor[]): Promise<boolean> {
    for (const cursor of cursors) if (!(await cursor.lookAhead())) return false
    for (;;) {
      const [first] = cursors
        .filter(hasNext)
        .toSorted((one, other) => (comesFirst(one.next, other.next) ? -1 : 1))
      if (first === undefined) return true
      this.#state = apply(this.#state, first.next.row)
      await first.step()
    }
  }
}

function hasNext(cursor: Cursor): cursor is Cursor & { next: NonNullable<Cursor['next']> } {
  return cursor.next !== null
}

/** A place in one journal, and what is known of the rows behind it. */
class Cursor {
  readonly #source: Source
  #last: JournalRow | null = null
  #page: readonly JournalRow[] = []
  #place = 0
  /** The last row that is to be taken this time; what is appended meanwhile waits for the next. */
  #end = 0
  #lastPlaces = new Map<string, number>()

  constructor(source: Source) {
    this.#source = source
  }

  get next(): { row: JournalRow; lastPlaces: LastPlaces } | null {
    const row = this.#page[this.#place]
    return row === undefined ? null : { row, lastPlaces: this.#lastPlaces }
  }

  /**
   * Reads to the end, and keeps the first page and where each boot ends. False: it is not the journal that was
   * read before.
   */
  async lookAhead(): Promise<boolean> {
    // From the row before, so that the last one comes along and proves that it is still the same chain.
    const rows = await this.#source.read(this.#last === null ? 0 : this.#last.seq - 1, ROWS_AT_ONCE)
    if (this.#last !== null && rows[0]?.hash !== this.#last.hash) return false
    this.#page = this.#last === null ? rows : rows.slice(1)
    this.#place = 0
    for (let page = rows; ; page = await this.#source.read(this.#end, ROWS_AT_ONCE)) {
      for (const [boot, seq] of lastPlacesOf(page)) this.#lastPlaces.set(boot, seq)
      this.#end = page.at(-1)?.seq ?? this.#end
      if (page.length < ROWS_AT_ONCE) return true
    }
  }

  async step(): Promise<void> {
    this.#last = this.#page[this.#place] ?? this.#last
    this.#place += 1
    if (this.#place < this.#page.length || (this.#last?.seq ?? 0) >= this.#end) return
    const rows = await this.#source.read(this.#last?.seq ?? 0, ROWS_AT_ONCE)
    this.#page = rows.filter(({ seq }) => seq <= this.#end)
    this.#place = 0
  }
}
