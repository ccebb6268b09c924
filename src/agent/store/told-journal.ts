/**
 * A journal whose every row is also told in the log stream (AU2), after it is durable: the log must never know of
 * a row that a power failure then takes back. A log that cannot be written costs no row and no restart.
 */
import { auditLineOf } from '#domain/audit/log-line.ts'
import type { JournalName } from '#domain/audit/trail.ts'
import type { SqliteJournal } from './sqlite-journal.ts'

export type Tell = (level: 'info', message: string, details: object) => void

export function toldJournal(journal: SqliteJournal, name: JournalName, tell: Tell): SqliteJournal {
  return {
    append: async (event, time, id) => {
      const row = await journal.append(event, time, id)
      const { message, details } = auditLineOf({ ...row, journal: name })
      try {
        tell('info', message, details)
      } catch {
        // The row is written, and `audit verify` counts it among those that the log does not have.
      }
      return row
    },
    read: (afterSeq, limit) => journal.read(afterSeq, limit),
    close: () => journal.close(),
    head: () => journal.head(),
    has: (id) => journal.has(id),
    hasReserve: () => journal.hasReserve(),
    restoreReserve: () => journal.restoreReserve(),
  }
}
