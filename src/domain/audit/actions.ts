/** Each kind of event in words: what happened, for whoever reads the trail. Names and order are the journal's. */
import type { JournalEvent } from '../journal/events.ts'

export type AuditAction = JournalEvent['type']

export const AUDIT_ACTIONS: Readonly<Record<AuditAction, string>> = {
  request_recorded: 'restart asked for',
  guard_released: 'guard released',
  paused: 'automatic restarts paused',
  resumed: 'automatic restarts resumed',
  navigation_changed: 'kill switch changed',
  rolled_back: 'rolled back',
  gates_run: 'release gates run',
  gate_waived: 'release gate waived',
  cutover: 'release put in place',
  account_changed: 'account changed',
  token_changed: 'token changed',
  sign_in_link_made: 'sign-in link made',
  signed_in: 'signed in',
  session_ended: 'session ended',
  sign_in_refused: 'sign-in refused',
  request_claimed: 'request taken up',
  flag_rejected: 'restart flag rejected',
  flags_unseen: 'restart flags gone unseen',
  request_refused: 'restart refused',
  intent: 'restart begun',
  outcome: 'restart ended',
  request_ended: 'request ended, nothing signalled',
  guard_latched: 'guard latched',
  external_restart: 'restart by somebody else',
  target_changed: 'target changed',
  watchdog_started: 'watchdog started',
  watchdog_stopped: 'watchdog stopped',
  history_imported: 'earlier history taken over',
  pruned: 'oldest rows removed',
}

/** A kind that only a newer release knows stands for itself. */
export function actionText(action: string): string {
  return Object.hasOwn(AUDIT_ACTIONS, action) ? AUDIT_ACTIONS[action as AuditAction] : action
}
