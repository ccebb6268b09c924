/** What the policy says at this moment, out of journals and last look: one view for page, API and terminal. */
import type { ProbeOutcome } from '../health/probe-outcome.ts'
import type { EventTime } from '../journal/events.ts'
import { emptyState, type JournalState } from '../journal/fold.ts'
import type { PolicyConfig } from './config.ts'
import { policyState, type PolicyInput } from './decide.ts'
import { policyInputOf } from './from-history.ts'

interface ViewInput {
  readonly config: PolicyConfig
  /** null: it cannot be read. */
  readonly history: JournalState | null
  readonly outcome: ProbeOutcome
  readonly now: EventTime
}

export interface PolicyView {
  readonly input: Omit<PolicyInput, 'request'>
  readonly situation: ReturnType<typeof policyState>
  /** Empty where it cannot be read; the view is guarded then. */
  readonly history: JournalState
}

export function policyViewOf({ config, history, outcome, now }: ViewInput): PolicyView {
  const known = history ?? emptyState
  const read = policyInputOf({ config, history: known, outcome, now })
  // Unreadable is guarded: the watchdog restarts nothing either then (WD11).
  const input = history === null ? { ...read, signals: { ...read.signals, guardLatched: true } } : read
  return { input, situation: policyState(input), history: known }
}
