import type { AuditRecord } from '#domain/audit/record.ts'
import { ago } from './sample-worker.ts'

/** A row of the audit: an operator has released the guard a minute ago. */
export function auditRow(changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: 'a.1',
    time: ago(60_000),
    actor: 'user:ops',
    source: 'manual',
    ip: '10.0.0.4',
    action: 'guard_released',
    decision: null,
    reason: 'the pool is mended',
    success: null,
    detail: null,
    thresholds: { retry_budget: 3 },
    policy_state_before: 'guarded',
    policy_state_after: 'allowed',
    request_id: 'abc',
    contract_version: '2026.11.1',
    override_reason: null,
    claimed: null,
    journal: 'agent',
    seq: 7,
    hash: 'f00d',
    ...changes,
  }
}
