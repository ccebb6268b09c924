/** Where the journals lie: one file for each writing process, so that no chain has two writers. */
import { join } from 'node:path'
import type { JournalName } from '#domain/audit/trail.ts'

export function journalPath(stateDir: string, journal: JournalName): string {
  return join(stateDir, `${journal}.journal`)
}

export function watchdogJournalPath(stateDir: string): string {
  return journalPath(stateDir, 'watchdog')
}

/** What authenticated people asked for: recorded by the agent. */
export function operatorJournalPath(stateDir: string): string {
  return journalPath(stateDir, 'agent')
}
