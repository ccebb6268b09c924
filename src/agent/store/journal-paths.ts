/** Where the journals lie: one file for each writing process, so that no chain has two writers. */
import { join } from 'node:path'

export function watchdogJournalPath(stateDir: string): string {
  return join(stateDir, 'watchdog.journal')
}

/** What authenticated people asked for: recorded by the agent. */
export function operatorJournalPath(stateDir: string): string {
  return join(stateDir, 'agent.journal')
}
