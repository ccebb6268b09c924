/**
 * How restarts ended since the agent has run. What ended before is not counted: rows are pruned and histories begun
 * anew, and a counter that falls back to anything but 0 would be read as so many new restarts.
 */
import { ageMs } from '../journal/event-clock.ts'
import type { EventTime } from '../journal/events.ts'
import type { HistoryItem, JournalState } from '../journal/fold.ts'
import type { DurationMs } from '../time.ts'

/** `verified` and `failed` were signalled; the others changed nothing, or were not the watchdog's. */
export const RESTART_OUTCOMES = ['verified', 'failed', 'unsent', 'refused', 'external'] as const
export type RestartOutcome = (typeof RESTART_OUTCOMES)[number]
export type RestartCounts = Readonly<Record<RestartOutcome, number>>

export class RestartTally {
  readonly #counts: Record<RestartOutcome, number> = {
    verified: 0,
    failed: 0,
    unsent: 0,
    refused: 0,
    external: 0,
  }
  #known: ReadonlySet<string> | null = null

  /** `history`: null where it cannot be read; what ended meanwhile is counted once it can. */
  counted(history: JournalState | null): RestartCounts {
    if (history !== null) this.#accept(history.history)
    return { ...this.#counts }
  }

  #accept(items: readonly HistoryItem[]): void {
    const ended = items.flatMap((item) => {
      const outcome = outcomeOf(item)
      return outcome === null ? [] : [{ outcome, key: keyOf(item) }]
    })
    for (const { outcome, key } of ended) {
      if (this.#known !== null && !this.#known.has(key)) this.#counts[outcome] += 1
    }
    this.#known = new Set(ended.map(({ key }) => key))
  }
}

/** Attempts of the last ten minutes, released or not, finished or not (OB6). */
export const RECENT_MS: DurationMs = 600_000

export function recentAttempts({ clock, history }: JournalState, now: EventTime): number {
  return history.filter((item) => item.kind === 'attempt' && ageMs(clock, item.at, now) <= RECENT_MS).length
}

/** Null: it has not ended, or was taken over from an earlier installation. */
function outcomeOf(item: HistoryItem): RestartOutcome | null {
  switch (item.kind) {
    case 'attempt':
      if (item.outcome === null) return item.abandoned ? 'failed' : null
      return item.outcome.success ? 'verified' : item.outcome.signalled ? 'failed' : 'unsent'
    case 'external':
    case 'refused':
    case 'unsent':
      return item.kind
    case 'imported':
      return null
  }
}

function keyOf({ kind, at }: HistoryItem): string {
  return `${kind} ${at.boot} ${at.monotonic}`
}
