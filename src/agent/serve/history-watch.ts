/**
 * What the journals say, for the agent to show: read beside the watchdog, at a pace of its own, and changing
 * nothing. A history that cannot be read counts as guarded, here as there (WD11).
 */
import type { JournalState } from '#domain/journal/fold.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { DurationMs } from '#domain/time.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openSpool } from '#agent/store/spool.ts'
import { openSpooledReader } from '#agent/store/spooled-journal.ts'

const LOOK_MS: DurationMs = 500

export interface HistoryWatch {
  /** null: it cannot be read. */
  latest(): JournalState | null
  stop(): void
}

export async function watchHistory({
  state_dir: stateDir,
  runtime_dir: runtimeDir,
}: Pick<RuntimeContract['paths'], 'state_dir' | 'runtime_dir'>): Promise<HistoryWatch> {
  const sources = [
    { path: watchdogJournalPath(stateDir), spool: openSpool({ runtimeDir, stateDir, name: 'watchdog' }) },
    { path: operatorJournalPath(stateDir), spool: openSpool({ runtimeDir, stateDir, name: 'agent' }) },
  ]
  let readers: ReturnType<typeof openSpooledReader>[] = []
  let history: JournalHistory | null = null
  let latest: JournalState | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const close = async () => {
    for (const reader of readers) await reader.close()
    readers = []
  }
  const look = async () => {
    try {
      if (history === null) {
        for (const { path, spool } of sources) readers.push(openSpooledReader(path, spool))
        history = new JournalHistory(readers)
      }
      latest = await history.catchUp()
    } catch {
      // Said by what is shown instead; the watchdog, whose file it is, says in its log what is wrong with it.
      await close()
      history = null
      latest = null
    }
    if (stopped) await close()
    else timer = setTimeout(look, LOOK_MS)
  }
  await look()
  return {
    latest: () => latest,
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      void close()
    },
  }
}
