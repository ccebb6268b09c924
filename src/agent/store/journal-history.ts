/**
 * The fold over both journals, in one order, kept up to date from where it was read last. The other process may put
 * its journal aside and begin another: then the row that was read last is not in its place any more, and
 * everything is read anew.
 *
 * The order matters: which of two boots came first, and whether a request was settled before five hundred others,
 * is known from it. So nothing of one journal is taken before what stands earlier in the other.
 *
 * Both may be pruned meanwhile. What is read from the beginning is read anew then: rows from before the cut must not
 * be mixed with rows from behind it.
 */
import type { JournalRow } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import { operatorsFront, type ChainAnchor } from '#domain/journal/chain.ts'
import { comesFirst, lastPlacesOf, type LastPlaces } from '#domain/journal/merge.ts'
import type { Journal, JournalMark } from '#agent/ports/journal.ts'

type Source = Pick<Journal, 'read' | 'mark'>

/** Rows at a time: enough to be quick, few enough that a long history never stands in memory whole. */
const ROWS_AT_ONCE = 500

export class JournalHistory {
  readonly #sources: readonly Source[]
  readonly #presentBoot: string | null
  #state: JournalState = emptyState
  #cursors: Cursor[]

  /** `presentBoot`: a wall clock that is behind since the host started must not put its rows before older ones. */
  constructor(sources: readonly Source[], presentBoot: string | null = null) {
    this.#sources = sources
    this.#presentBoot = presentBoot
    this.#cursors = this.#fromTheBeginning()
  }

  /** As of the last time that it caught up. */
  get state(): JournalState {
    return this.#state
  }

  async catchUp(): Promise<JournalState> {
    while (!(await this.#continue(this.#cursors))) this.#beginAnew()
    return this.#state
  }

  /** For when somebody waits: a journal that nobody else has written to since is not read again. */
  async catchUpBriefly(): Promise<JournalState> {
    const changed = this.#cursors.filter((cursor) => !cursor.isAsMarked())
    if (!(await this.#continue(changed))) {
      this.#beginAnew()
      return this.catchUp()
    }
    return this.#state
  }

  /** Rows that were just written to the first journal; the others can wait for the next look. */
  async wrote(rows: readonly JournalRow[]): Promise<JournalState> {
    const [own] = this.#cursors
    // Each names the one before it: what follows the last one that was read need not be read back.
    if (own?.goesOn(rows) === true) {
      for (const row of rows) this.#state = apply(this.#state, row)
      return this.#state
    }
    if (await this.#continue(this.#cursors.slice(0, 1))) return this.#state
    this.#beginAnew()
    return this.catchUp()
  }

  #beginAnew(): void {
    this.#state = emptyState
    this.#cursors = this.#fromTheBeginning()
  }

  #fromTheBeginning(): Cursor[] {
    return this.#sources.map((source) => new Cursor(source))
  }

  /** False: one of the journals is not the one that was read before, or was pruned while it was read. */
  async #continue(cursors: readonly Cursor[]): Promise<boolean> {
    const begun = cursors.filter(({ isAtStart }) => isAtStart)
    for (const cursor of cursors) if (!(await cursor.lookAhead())) return false
    const [own, operators] = this.#cursors
    if (operators?.isAtStart && cursors.includes(operators))
      await operators.passOver(own?.operatorsFront ?? null)
    if (!(await this.#take(cursors))) return false
    for (const cursor of begun) if (!(await cursor.beginsAsRead())) return false
    return true
  }

  /** False: one of them was pruned while it was read. */
  async #take(cursors: readonly Cursor[]): Promise<boolean> {
    for (;;) {
      const [first] = cursors
        .filter(hasNext)
        .toSorted((one, other) => (comesFirst(one.next, other.next, this.#presentBoot) ? -1 : 1))
      if (first === undefined) return true
      this.#state = apply(this.#state, first.next.row)
      if (!(await first.step())) return false
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
  #firstHash: string | undefined
  #front: ChainAnchor | null = null
  /** From before the last look ahead: what came during it is not in it. */
  #mark: JournalMark | null = null

  constructor(source: Source) {
    this.#source = source
  }

  get next(): { row: JournalRow; lastPlaces: LastPlaces } | null {
    const row = this.#page[this.#place]
    return row === undefined ? null : { row, lastPlaces: this.#lastPlaces }
  }

  get isAtStart(): boolean {
    return this.#last === null
  }

  /** Whether they come next; then it stands behind them. */
  goesOn(rows: readonly JournalRow[]): boolean {
    let last = this.#last
    for (const row of rows) {
      if (last === null || row.seq !== last.seq + 1 || row.previous_hash !== last.hash) return false
      last = row
    }
    this.#last = last
    this.#end = last?.seq ?? this.#end
    this.#note(rows)
    return true
  }

  isAsMarked(): boolean {
    const now = this.#source.mark()
    return now !== null && now.others === this.#mark?.others && now.head === (this.#last?.seq ?? 0)
  }

  /** What its rows say is gone of the operators' journal. */
  get operatorsFront(): ChainAnchor | null {
    return this.#front
  }

  async beginsAsRead(): Promise<boolean> {
    const [first] = await this.#source.read(0, 1)
    return first?.hash === this.#firstHash
  }

  /** A prune removes from the front: while the last row that was read is there, it has removed nothing behind it. */
  async #isStillThere(last: ChainAnchor | null): Promise<boolean> {
    if (last === null) return true
    const [there] = await this.#source.read(last.seq - 1, 1)
    return there?.hash === last.hash
  }

  /** What is pruned and still stands there, because somebody was interrupted. */
  async passOver(front: ChainAnchor | null): Promise<void> {
    if (front === null) return
    // Else it is gone, or of another history.
    if (!(await this.#isStillThere(front))) return
    while ((this.next?.row.seq ?? Infinity) <= front.seq) await this.step()
  }

  /**
   * Reads to the end, and keeps the first page and where each boot ends. False: it is not the journal that was
   * read before.
   */
  async lookAhead(): Promise<boolean> {
    this.#mark = this.#source.mark()
    // From the row before, so that the last one comes along and proves that it is still the same chain.
    const rows = await this.#source.read(this.#last === null ? 0 : this.#last.seq - 1, ROWS_AT_ONCE)
    if (this.#last !== null && rows[0]?.hash !== this.#last.hash) return false
    this.#page = this.#last === null ? rows : rows.slice(1)
    this.#place = 0
    if (this.#last === null) this.#firstHash = rows[0]?.hash
    for (let page = rows; ; page = await this.#source.read(this.#end, ROWS_AT_ONCE)) {
      this.#note(page)
      this.#end = page.at(-1)?.seq ?? this.#end
      if (page.length < ROWS_AT_ONCE) return true
    }
  }

  #note(rows: readonly JournalRow[]): void {
    for (const [boot, seq] of lastPlacesOf(rows)) this.#lastPlaces.set(boot, seq)
    for (const row of rows) this.#front = operatorsFront(row) ?? this.#front
  }

  /** False: what comes next was removed before it could be read. */
  async step(): Promise<boolean> {
    this.#last = this.#page[this.#place] ?? this.#last
    this.#place += 1
    if (this.#place < this.#page.length || (this.#last?.seq ?? 0) >= this.#end) return true
    const rows = await this.#source.read(this.#last?.seq ?? 0, ROWS_AT_ONCE)
    this.#page = rows.filter(({ seq }) => seq <= this.#end)
    this.#place = 0
    return rows[0]?.seq === (this.#last?.seq ?? 0) + 1 || (await this.#isStillThere(this.#last))
  }
}
