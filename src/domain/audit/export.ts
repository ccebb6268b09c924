/**
 * The audit trail as files for other programs (AU3).
 *
 * CSV as RFC 4180 has it, and safe to open in a spreadsheet: a cell that a program would take for a formula gets
 * an apostrophe in front, since anybody who may raise a flag chooses what stands in some of them.
 *
 * JSON lines carry, beside the record, the stored row as it is: whoever has them can verify the chain without
 * Holdfast.
 */
import { auditRecord, type AuditRecord } from './record.ts'
import type { AuditRow } from './trail.ts'

export const EXPORT_FORMATS = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

const COLUMNS = Object.keys(auditRecord.shape) as (keyof AuditRecord)[]

export function exportHead(format: ExportFormat): string {
  return format === 'csv' ? csvLine(COLUMNS) : ''
}

export function exportLine(format: ExportFormat, record: AuditRecord, row: AuditRow): string {
  return format === 'csv' ? csvLine(COLUMNS.map((column) => cellText(record[column]))) : jsonLine(record, row)
}

function jsonLine(record: AuditRecord, row: AuditRow): string {
  const { seq, id, time, event, previous_hash, hash } = row
  return `${JSON.stringify({ ...record, row: { seq, id, time, event, previous_hash, hash } })}\n`
}

function cellText(value: unknown): string {
  if (value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => quoted(defused(cell))).join(',')}\r\n`
}

/** What spreadsheets begin a formula with, in their wide forms too; blanks before it do not stop them. */
const FORMULA = /^[\s]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/

function defused(cell: string): string {
  return FORMULA.test(cell) ? `'${cell}` : cell
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
