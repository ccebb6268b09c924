/** The restarts of the policy's window, as they are drawn: each with its time, its cause, and whether it counts. */
import { historyKind, type HistoryEntry } from '#domain/schemas/state-file.ts'
import { isInPolicyWindow } from '#domain/policy/restarts.ts'
import type { RestartLine, WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

export interface WindowEvent {
  readonly at: EpochMs
  readonly kind: 'attempt' | 'external'
  /** False: a release of the guard came after it. */
  readonly counts: boolean
}

/** Oldest first. `now` is the agent's. */
export function windowEvents(status: WorkerStatus, now: EpochMs): WindowEvent[] {
  const { restart_history: lines, guard, policy_state: policy } = status
  const releasedAt = guard.released_at === null ? -Infinity : Date.parse(guard.released_at)
  return lines
    .flatMap((line) => {
      const kind = kindOf(line)
      const at = Date.parse(line.requested_at ?? line.completed_at ?? '')
      if (kind === 'none' || Number.isNaN(at) || !isInPolicyWindow(at, now, policy.window_seconds * 1000))
        return []
      return [{ at, kind, counts: at > releasedAt }]
    })
    .toSorted((one, other) => one.at - other.at)
}

function kindOf(line: RestartLine): WindowEvent['kind'] | 'none' {
  switch (line.kind) {
    case 'attempt':
    case 'external':
      return line.kind
    case 'imported':
      // What another program wrote there is none of them, and counts for nothing.
      return historyKind({ decision: line.decision as HistoryEntry['decision'], success: line.success })
    case 'refused':
    case 'unsent':
      return 'none'
  }
}

/** Until the oldest one that counts no longer does; null where none does. */
export function untilOldestLeaves(
  events: readonly WindowEvent[],
  { now, windowMs }: { readonly now: EpochMs; readonly windowMs: DurationMs },
): DurationMs | null {
  const oldest = events.find(({ counts }) => counts)
  return oldest === undefined ? null : Math.max(0, oldest.at + windowMs - now)
}
