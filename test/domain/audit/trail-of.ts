/** The audit records of a diary, as if the watchdog had written all of it. */
import { auditRecordOf, type AuditRecord } from '#domain/audit/record.ts'
import { auditEntries, firstMoment, type AuditRow } from '#domain/audit/trail.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'

export function auditRow(row: JournalRow): AuditRow {
  return { ...row, journal: 'watchdog' }
}

export function recordsOf(rows: readonly JournalRow[]): AuditRecord[] {
  return [...auditEntries(rows.map(auditRow), firstMoment(POLICY_PRESETS))].map(auditRecordOf)
}

export function lastRecordOf(rows: readonly JournalRow[]): AuditRecord {
  return recordsOf(rows).at(-1) as AuditRecord
}
