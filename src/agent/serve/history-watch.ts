/**
 * What the journals say, for the agent to show: read beside the watchdog, at a pace of its own, and changing
 * nothing. A history that cannot be read counts as guarded, here as there (WD11).
 */
import type { JournalState } from '#domain/journal/fold.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { DurationMs } from '#domain/time.ts'
import { openHistoryReaders, type HistoryReader } from '#agent/store/history-readers.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { bootId } from '#agent/system/proc-stat.ts'

const LOOK_MS: DurationMs = 500

export interface HistoryWatch {
  /** null: it cannot be read. */
  latest(): JournalState | null
  /** Read up to this moment, for what is decided and not only shown. */
  fresh(): Promise<JournalState | null>
  stop(): void
}

export async function watchHistory({
  state_dir: stateDir,
  runtime_dir: runtimeDir,
}: Pick<RuntimeContract['paths'], 'state_dir' | 'runtime_dir'>): Promise<HistoryWatch> {
  let readers: HistoryReader[] = []
  let history: JournalHistory | null = null
  let latest: JournalState | null = null
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  // One at a time: two readers that go on from the same place would count rows twice.
  let turn: Promise<unknown> = Promise.resolve()

  const close = async () => {
    for (const reader of readers) await reader.close()
    readers = []
  }
  const read = async (): Promise<JournalState | null> => {
    try {
      if (history === null) {
        readers = await openHistoryReaders({ stateDir, runtimeDir })
        history = new JournalHistory(readers, bootId())
      }
      latest = await history.catchUp()
    } catch {
      // Said by what is shown instead; the watchdog, whose file it is, says in its log what is wrong with it.
      await close()
      history = null
      latest = null
    }
    return latest
  }
  const fresh = (): Promise<JournalState | null> => {
    const reading = turn.then(read)
    turn = reading
    return reading
  }
  const look = async () => {
    await fresh()
    if (stopped) await close()
    else timer = setTimeout(look, LOOK_MS)
  }
  await look()
  return {
    latest: () => latest,
    fresh,
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
      void close()
    },
  }
}
