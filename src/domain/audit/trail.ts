/**
 * What is known at each row of the merged journals, before it and after it: the history so far, and by which
 * thresholds and which contract the watchdog worked. The journals tell all of it themselves, so a trail that
 * is read a year later, under other settings, says the same.
 */
import { isKnownEvent, type JournalEvent, type JournalRow } from '../journal/events.ts'
import { apply, emptyState, type JournalState } from '../journal/fold.ts'
import { policyConfigFrom, type PolicyConfig } from '../policy/config.ts'

/** Which of the two: by the process that writes it. */
export const JOURNALS = ['watchdog', 'agent'] as const
export type JournalName = (typeof JOURNALS)[number]

export interface AuditRow extends JournalRow {
  readonly journal: JournalName
}

export interface Moment {
  readonly history: JournalState
  readonly policy: PolicyConfig
  readonly contractVersion: string | null
}

export interface AuditEntry {
  readonly row: AuditRow
  readonly before: Moment
  readonly after: Moment
}

type Pruned = Extract<JournalEvent, { type: 'pruned' }>

/**
 * `policy` counts until a row says by what the watchdog works. Where the rows before the first are gone, the row that
 * tells of their end says what they said of the time right after them.
 */
export function firstMoment(policy: PolicyConfig, pruned: Pruned | null = null): Moment {
  return {
    history: emptyState,
    policy: policyConfigFrom(pruned?.thresholds) ?? policy,
    contractVersion: pruned?.contract_version ?? null,
  }
}

export function* auditEntries(rows: Iterable<AuditRow>, first: Moment): Generator<AuditEntry> {
  let before = first
  for (const row of rows) {
    const after = momentAfter(before, row)
    yield { row, before, after }
    before = after
  }
}

function momentAfter(before: Moment, row: JournalRow): Moment {
  const { event } = row
  // What somebody has edited, or a newer release has written, tells nothing that could be relied on.
  if (!isKnownEvent(event)) return before
  const history = apply(before.history, row)
  switch (event.type) {
    case 'watchdog_started':
      return {
        history,
        policy: policyConfigFrom(event.thresholds) ?? before.policy,
        contractVersion: event.contract_version,
      }
    case 'intent':
    case 'request_refused':
      return { ...before, history, policy: policyConfigFrom(event.decision.thresholds) ?? before.policy }
    default:
      return { ...before, history }
  }
}
