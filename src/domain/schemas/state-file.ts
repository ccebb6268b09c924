/**
 * The state file of existing deployments (WD18): the restart history that other readers know. Fields that
 * Holdfast does not know are left alone.
 */
import * as z from 'zod/mini'
import { isTimeText, TIME_EXPECTED } from '../time-text.ts'

export const HISTORY_DECISIONS = ['executed', 'manual_override', 'blocked', 'failed', 'external'] as const

/** What existing deployments keep, and so what a file without the field means. */
export const HISTORY_LIMIT_PRESET = 50

const text = z.optional(z.nullable(z.string()))
const flag = z.optional(z.nullable(z.boolean()))
const time = z.optional(z.nullable(z.string().check(z.refine(isTimeText, { error: TIME_EXPECTED }))))

export const historyEntry = z.looseObject({
  requested_by: text,
  requested_at: time,
  requested_ip: text,
  completed_at: time,
  success: flag,
  source: text,
  decision: z.optional(z.nullable(z.enum(HISTORY_DECISIONS))),
  decision_reason: text,
  manual_override: flag,
  policy_state: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
})

export type HistoryEntry = z.infer<typeof historyEntry>

export type HistoryKind = 'attempt' | 'external' | 'none'

/** Files older than the field `decision` only wrote what was done, and whether it worked. */
export function historyKind({ decision, success }: HistoryEntry): HistoryKind {
  switch (decision ?? null) {
    case 'executed':
    case 'manual_override':
      return 'attempt'
    case 'external':
      return 'external'
    case null:
      return success === false ? 'none' : 'attempt'
    default:
      return 'none'
  }
}

/** As written; null where it has none, which only what is no restart may have. */
export function historyTime({
  requested_at: requested,
  completed_at: completed,
}: HistoryEntry): string | null {
  return requested ?? completed ?? null
}

// A restart without a time would count for ever or never: neither is an answer.
const hasTime = z.refine<HistoryEntry>(
  (entry) => historyKind(entry) === 'none' || historyTime(entry) !== null,
  { error: 'requested_at or completed_at, since this entry is a restart' },
)

export const stateFile = z.looseObject({
  last_restart: z.optional(z.nullable(historyEntry)),
  history: z.optional(z.array(historyEntry.check(hasTime))),
  history_limit: z.optional(z.nullable(z.int().check(z.minimum(1)))),
})

export type StateFile = z.infer<typeof stateFile>
