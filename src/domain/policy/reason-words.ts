/** What each code of a decision means, for people: the one table, beside the decision. */
import type { PermissionReason, PolicyWarning, RefusalReason } from './decide.ts'
import type { RungRefusal } from './ladder.ts'

const REASONS: Readonly<Record<RefusalReason | PermissionReason | RungRefusal, string>> = {
  restart_in_progress: 'A restart is under way; there is one at a time.',
  override_acknowledgement_required: 'An override has to acknowledge what it passes (override_acknowledged).',
  override_reason_required: 'An override has to say why (override_reason).',
  maintenance_paused: 'An operator paused automatic restarts.',
  guarded_mode_blocked: 'The service was restarted too often; the guard keeps the machine from going on.',
  manual_override_required: 'The service was restarted too often; only an override passes the guard.',
  circuit_open: 'A dependency is down, and a restart cannot mend it.',
  cooldown_active: 'The last attempt was a moment ago.',
  cooldown_override_required: 'The last attempt was a moment ago; only an override does not wait.',
  contract_drift:
    'The service would start from what differs from the runtime contract, and may refuse to; only an override passes it.',
  operator_override_acknowledged: 'A complete override passes every gate but a restart in progress.',
  policy_allows_auto_restart: 'Nothing speaks against it.',
  policy_allows_manual_restart: 'Nothing refuses it.',
  rung_not_offered: 'A weaker rung comes first; only an override passes it over.',
  rung_unavailable: 'That rung cannot be used here.',
}

const WARNINGS: Readonly<Record<PolicyWarning, string>> = {
  maintenance_paused: 'Automatic restarts are paused: somebody may be at work on the service.',
  circuit_open: 'A dependency is down: the restart will probably not help.',
  contract_drift:
    'The service will start from what differs from the runtime contract: that is not enforced here.',
}

/** A code that came from a journal: a newer one, or another kind's, stands for itself. */
export function sentenceOf(code: string): string {
  return Object.hasOwn(REASONS, code) ? REASONS[code as RefusalReason] : code
}

export function reasonText(reason: RefusalReason | PermissionReason): string {
  return REASONS[reason]
}

export function warningText(warning: PolicyWarning): string {
  return WARNINGS[warning]
}
