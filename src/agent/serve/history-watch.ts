/**
 * What the journals say, for the agent to show: read beside the watchdog, at a pace of its own, and changing
 * nothing. A history that cannot be read counts as guarded, here as there (WD11).
 */
import type { JournalState } from '#domain/journal/fold.ts'
import type { DurationMs } from '#domain/time.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'

const LOOK_MS: DurationMs = 500

export interface HistoryWatch {
  /** null: it cannot be read. */
  latest(): JournalState | null
  stop(): void
}

export async function watchHistory(stateDir: string): Promise<HistoryWatch> {
  let history: JournalHistory | null = null
  let latest: JournalState | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const look = async () => {
    try {
      history ??= new JournalHistory(
        [watchdogJournalPath(stateDir), operatorJournalPath(stateDir)].map((path) => openJournalReader(path)),
      )
      latest = await history.catchUp()
    } catch {
      // Said by what is shown instead; the watchdog, whose file it is, says in its log what is wrong with it.
      history = null
      latest = null
    }
    if (!stopped) timer = setTimeout(look, LOOK_MS)
  }
  await look()
  return {
    latest: () => latest,
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}
