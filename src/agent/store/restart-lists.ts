/** The restarts as raw data (IN2): the attempts that the journals tell of, whenever they were, at most a thousand. */
import type { HistoryItem, JournalState } from '#domain/journal/fold.ts'
import type { RawLists } from '#domain/schemas/raw-columns.ts'
import { historyTime } from '#domain/schemas/state-file.ts'
import { parseTime } from '#domain/time-text.ts'
import type { EpochMs } from '#domain/time.ts'

export type RestartLists = RawLists<'restarts'>

interface Restart {
  t: EpochMs
  /** null: it did not complete, or not yet. */
  completed: EpochMs | null
  success: boolean
}

/** null: the journals cannot be read. Asked for with each page, and made only when the history has changed. */
export function restartReader(latest: () => JournalState | null): () => RestartLists | null {
  let made: { of: readonly HistoryItem[]; lists: RestartLists } | null = null
  return () => {
    const state = latest()
    if (state === null) return null
    if (made?.of !== state.history) made = { of: state.history, lists: restartLists(state) }
    return made.lists
  }
}

/** The metrics of restarts look back beyond any window: all that are known. */
export function restartLists({ history }: Pick<JournalState, 'history'>): RestartLists {
  const attempts = history.flatMap(restartOf).toSorted((one, other) => one.t - other.t)
  return {
    t_requested: attempts.map(({ t }) => t),
    t_completed: attempts.map(({ completed }) => completed),
    success: attempts.map(({ success }) => success),
  }
}

function restartOf(item: HistoryItem): Restart[] {
  if (item.kind === 'attempt') {
    const { at, outcome } = item
    if (outcome === null) return [{ t: at.wall, completed: null, success: false }]
    // How long it took is the monotonic clock's to say: the wall may have been set in between (WD11).
    const isOneBoot = outcome.at.boot === at.boot
    const took = isOneBoot ? outcome.at.monotonic - at.monotonic : outcome.at.wall - at.wall
    return [{ t: at.wall, completed: at.wall + Math.max(0, took), success: outcome.success }]
  }
  if (item.kind !== 'imported' || item.counts !== 'attempt') return []
  const t = parseTime(historyTime(item.entry) ?? '', () => 0)
  const completed = parseTime(item.entry.completed_at ?? '', () => 0)
  if (t === null) return []
  // Nothing is known to have succeeded that nobody has written the end of.
  if (completed === null) return [{ t, completed: null, success: false }]
  return [{ t, completed: Math.max(t, completed), success: item.entry.success !== false }]
}
