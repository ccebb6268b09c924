import type { AuditQuery } from '#web/api/agent-api.ts'

/** Relative to the page's base, like every address: a link, so that the browser saves the file as it comes. */
export function auditExportAddress(query: AuditQuery, format: 'csv' | 'jsonl'): string {
  return `admin/api/audit?${new URLSearchParams({ ...query, format })}`
}
