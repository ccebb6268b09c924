/** The watchdog's journal as it grows, read beside its writer; each row is read once. */
import type { JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader, type JournalReader } from '#agent/store/sqlite-journal.ts'
import { waitFor } from '../../integration/support/wait.ts'

const ROWS_A_LOOK = 500

export type RowOf<T extends JournalEvent['type']> = JournalRow & {
  readonly event: Extract<JournalEvent, { type: T }>
}

interface Wait<T extends JournalEvent['type']> {
  readonly withinMs?: number
  readonly everyMs?: number
  readonly where?: (row: RowOf<T>) => boolean
}

export class JournalTail {
  readonly rows: JournalRow[] = []
  readonly #reader: JournalReader
  #passed = 0

  constructor(stateDir: string) {
    this.#reader = openJournalReader(watchdogJournalPath(stateDir))
  }

  async catchUp(): Promise<void> {
    for (;;) {
      const fresh = await this.#reader.read(this.rows.at(-1)?.seq ?? 0, ROWS_A_LOOK)
      this.rows.push(...fresh)
      if (fresh.length < ROWS_A_LOOK) return
    }
  }

  of<T extends JournalEvent['type']>(type: T): RowOf<T>[] {
    return this.rows.filter((row): row is RowOf<T> => row.event.type === type)
  }

  /** The first of that kind after the one that was waited for last: none is missed between two waits. */
  async next<T extends JournalEvent['type']>(type: T, wait: Wait<T> = {}): Promise<RowOf<T>> {
    const { withinMs = 30_000, everyMs = 20, where = () => true } = wait
    const isIt = (row: JournalRow): row is RowOf<T> => row.event.type === type && where(row as RowOf<T>)
    const look = async () => {
      await this.catchUp()
      return this.rows.slice(this.#passed).find(isIt)
    }
    const row = await waitFor(`the event ${type}`, look, { withinMs, everyMs }).catch((error: Error) => {
      throw new Error(`${error.message}; the last ones were ${this.#lastOnes()}`, { cause: error })
    })
    this.#passed = this.rows.indexOf(row) + 1
    return row
  }

  #lastOnes(): string {
    const words = this.rows.slice(-4).map(({ event }) => {
      const { type, reason = '', detail = '' } = event as { type: string; reason?: string; detail?: string }
      return `${type} ${reason} ${detail}`.trim()
    })
    return words.join(' | ')
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}
