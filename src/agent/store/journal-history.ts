/**
 * The fold over both journals, kept up to date from where it was read last. The other process may put its
 * journal aside and begin another: then the row that was read last is not in its place any more, and
 * everything is read anew.
 */
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import type { Journal } from '#agent/ports/journal.ts'

type Source = Pick<Journal, 'read'>

/** Rows at a time: enough to be quick, few enough that a long history never stands in memory whole. */
const ROWS_AT_ONCE = 500

export class JournalHistory {
  readonly #sources: readonly Source[]
  #state: JournalState = emptyState
  #last: (JournalRow | null)[]

  constructor(sources: readonly Source[]) {
    this.#sources = sources
    this.#last = sources.map(() => null)
  }

  /** As of the last time that it caught up. */
  get state(): JournalState {
    return this.#state
  }

  async catchUp(): Promise<JournalState> {
    if (!(await this.#continue(this.#sources))) await this.#beginAnew()
    return this.#state
  }

  /** With the first journal alone, to which a row was just written; the others can wait for the next look. */
  async catchUpFirst(): Promise<JournalState> {
    if (!(await this.#continue(this.#sources.slice(0, 1)))) await this.#beginAnew()
    return this.#state
  }

  async #beginAnew(): Promise<void> {
    this.#state = emptyState
    this.#last = this.#sources.map(() => null)
    await this.#continue(this.#sources)
  }

  /** False: one of the journals is not the one that was read before. */
  async #continue(sources: readonly Source[]): Promise<boolean> {
    for (const [index, source] of sources.entries()) {
      for (;;) {
        const last = this.#last[index] ?? null
        // From the row before, so that the last one comes along and proves that it is still the same chain.
        const rows = await source.read(last === null ? 0 : last.seq - 1, ROWS_AT_ONCE)
        if (last !== null && rows[0]?.hash !== last.hash) return false
        const fresh = last === null ? rows : rows.slice(1)
        for (const row of fresh) this.#state = apply(this.#state, row)
        this.#last[index] = fresh.at(-1) ?? last
        if (rows.length < ROWS_AT_ONCE) break
      }
    }
    return true
  }
}
