/** The audit trail over the admin API (AU3): the same records as `holdfast audit list --json`, newest first. */
import * as z from 'zod/mini'
import { auditRecord } from '../audit/record.ts'
import { JOURNALS } from '../audit/trail.ts'

export const AUDIT_PAGE_ROWS = 100
export const AUDIT_PAGE_ROWS_LIMIT = 500

export const auditPage = z.object({
  rows: z.array(auditRecord),
  /** Goes on with older rows, under the same filters; null: there are none. */
  next: z.nullable(z.string()),
})

const text = z.nullable(z.string())
const reason = z.object({ code: z.string(), message: z.string() })

const journalVerdict = z.object({
  journal: z.enum(JOURNALS),
  file: z.string(),
  rows: z.number(),
  last: z.nullable(z.object({ seq: z.number(), hash: z.string() })),
  /** The front that retention removed; what is left begins right after it. */
  pruned: z.nullable(z.object({ rows: z.number(), until: text, at: z.string(), by: text, command: text })),
  /** The first row that does not fit; without a number where it is the file as a whole. */
  fault: z.nullable(z.object({ seq: z.nullable(z.number()), kind: z.string(), detail: z.string() })),
})

export const auditVerification = z.object({
  ok: z.boolean(),
  journals: z.array(journalVerdict),
  /** Said with every verdict: a check that hides its limits is believed too far. */
  cannot_find: z.array(z.string()),
  reasons: z.array(reason),
  checked_at: z.string(),
})

export type AuditPage = z.infer<typeof auditPage>
export type AuditVerification = z.infer<typeof auditVerification>
