/**
 * A journal whose every row is also told in the log stream (AU2), after it is durable: the log must never know of
 * a row that a power failure then takes back. A log that cannot be written costs no row and no restart, and no time
 * either: a signal waits for the intent's row, and the line about that row comes behind the signal.
 */
import { auditLineOf } from '#domain/audit/log-line.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import { afterwards } from './afterwards.ts'
import type { SqliteJournal } from './sqlite-journal.ts'

export type Tell = (level: 'info', message: string, details: object) => void

export function toldJournal(journal: SqliteJournal, name: JournalName, tell: Tell): SqliteJournal {
  let untold: JournalRow[] = []
  const tellAll = (): void => {
    const rows = untold
    untold = []
    for (const row of rows) {
      const { message, details } = auditLineOf({ ...row, journal: name })
      try {
        tell('info', message, details)
      } catch {
        // The row is written, and `audit verify` counts it among those that the log does not have.
      }
    }
  }
  const tellSoon = (rows: readonly JournalRow[]): void => {
    if (untold.length === 0) afterwards(tellAll)
    untold.push(...rows)
  }
  return {
    append: async (event, time, id) => {
      const row = await journal.append(event, time, id)
      tellSoon([row])
      return row
    },
    appendTogether: async (events, time) => {
      const rows = await journal.appendTogether(events, time)
      tellSoon(rows)
      return rows
    },
    read: (afterSeq, limit) => journal.read(afterSeq, limit),
    close: () => {
      tellAll()
      return journal.close()
    },
    mark: () => journal.mark(),
    head: () => journal.head(),
    has: (id) => journal.has(id),
    hasReserve: () => journal.hasReserve(),
    restoreReserve: () => journal.restoreReserve(),
  }
}
