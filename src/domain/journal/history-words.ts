/** A line of the restart history in a few words, for a table: the same in console and classic page. */
import type { RestartLine } from '../schemas/worker-api.ts'

/** A line of the restart history: what it was. */
export const HISTORY_KINDS = {
  attempt: 'Restart',
  override: 'Override',
  external: 'Not by Holdfast',
  refused: 'Request',
  unsent: 'Request',
  imported: 'Restart, imported',
} as const

/** How it ended. */
export const HISTORY_OUTCOMES = {
  running: 'under way',
  helped: 'verified, it helped',
  unhelpful: 'verified, it did not help',
  verified: 'verified',
  failed: 'not verified',
  refused: 'refused',
  unsent: 'not signalled',
  external: 'seen',
} as const

export type HistoryOutcome = keyof typeof HISTORY_OUTCOMES

export function historyKind({ kind, manual_override: isOverride }: RestartLine): string {
  return kind === 'attempt' && isOverride ? HISTORY_KINDS.override : HISTORY_KINDS[kind]
}

export function historyOutcome({ kind, success, helped }: RestartLine): HistoryOutcome {
  switch (kind) {
    case 'external':
    case 'refused':
    case 'unsent':
      return kind
    case 'attempt':
    case 'imported':
      if (success === null) return 'running'
      if (!success) return 'failed'
      if (helped === null) return 'verified'
      return helped ? 'helped' : 'unhelpful'
  }
}
