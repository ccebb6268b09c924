/** A refusal on its way over HTTP (OB4): it is a value and no problem, and yet a status has to be named. */
import type { RefusalReason } from './decide.ts'

export type RefusalStatus = 400 | 409 | 429

/** What waiting ends by itself is 429; what the author left out is 400; what needs a person or an outcome is 409. */
export const REFUSAL_STATUS: Readonly<Record<RefusalReason, RefusalStatus>> = {
  restart_in_progress: 409,
  override_acknowledgement_required: 400,
  override_reason_required: 400,
  maintenance_paused: 409,
  guarded_mode_blocked: 409,
  manual_override_required: 409,
  circuit_open: 409,
  cooldown_active: 429,
  cooldown_override_required: 429,
  contract_drift: 409,
}
