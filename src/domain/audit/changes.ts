/**
 * Which rows of the audit tell that something is otherwise than before (the overview's "what changed"): acts on the
 * service, its guard, its release, who may come in, and what the watchdog saw change. What was asked, looked at or
 * refused changed nothing. A new kind of event does not compile until it is decided here.
 */
import type { AuditAction } from './actions.ts'

const CHANGES: Readonly<Record<AuditAction, boolean>> = {
  guard_released: true,
  guard_latched: true,
  paused: true,
  resumed: true,
  navigation_changed: true,
  rolled_back: true,
  gate_waived: true,
  cutover: true,
  account_changed: true,
  token_changed: true,
  // Of an attempt, how it ended says more than that it began.
  outcome: true,
  external_restart: true,
  target_changed: true,
  watchdog_started: true,
  watchdog_stopped: true,
  history_imported: true,
  intent: false,
  request_recorded: false,
  request_claimed: false,
  request_refused: false,
  request_ended: false,
  flag_rejected: false,
  flags_unseen: false,
  gates_run: false,
  sign_in_link_made: false,
  signed_in: false,
  session_ended: false,
  sign_in_refused: false,
  pruned: false,
}

/** A kind that only a newer release knows may be one. */
export function isChange(action: string): boolean {
  return !Object.hasOwn(CHANGES, action) || CHANGES[action as AuditAction]
}
