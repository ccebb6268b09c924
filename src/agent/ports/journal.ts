import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'

/**
 * An append-only, hash-chained log of one writing process. The embedded one is a SQLite file; the interface
 * names nothing of it, so that a shared server-side store can stand in its place.
 */
export interface Journal {
  /** Durable when it settles: whoever is told "accepted" is told so afterwards (AU2, WD9). */
  append(event: JournalEvent, time: EventTime): Promise<JournalRow>
  /** Rows after a place in the chain, in order, at most `limit`. */
  read(afterSeq: number, limit: number): Promise<JournalRow[]>
  /** Far cheaper than a read; null: not to be told now. */
  mark(): JournalMark | null
  close(): Promise<void>
}

/** While both are the same, a read finds nothing that it did not find before. */
export interface JournalMark {
  /** Another text after each change that is not the asker's own. */
  readonly others: string
  /** The place of the last row; 0: there is none. */
  readonly head: number
}

/** As the watchdog writes it: on a full disk, what belongs to an override is kept beside it (WD9). */
export interface RestartJournal extends Pick<Journal, 'read' | 'mark' | 'close'> {
  /** What is said in one breath: all of it is durable when it settles, with one flush, or none of it is there. */
  appendTogether(events: readonly JournalEvent[], time: EventTime): Promise<JournalRow[]>
  /** There is no room in the journal itself. */
  isSpooling(): boolean
  /** What waits beside it is taken in, where there is room again. */
  retry(): Promise<void>
}
