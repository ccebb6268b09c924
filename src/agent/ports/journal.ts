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
  close(): Promise<void>
}

/** As the watchdog writes it: on a full disk, what belongs to an override is kept beside it (WD9). */
export interface RestartJournal extends Pick<Journal, 'read' | 'close'> {
  /** What is said in one breath: all of it is durable when it settles, with one flush, or none of it is there. */
  appendTogether(events: readonly JournalEvent[], time: EventTime): Promise<JournalRow[]>
  /** There is no room in the journal itself. */
  isSpooling(): boolean
  /** What waits beside it is taken in, where there is room again. */
  retry(): Promise<void>
}
