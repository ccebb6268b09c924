/** Which records are asked for. Plain comparison throughout: what a person types is never a pattern (SE8). */
import type { EpochMs } from '../time.ts'
import type { AuditRecord } from './record.ts'

export interface AuditFilter {
  /** Both bounds are in it. */
  readonly since: EpochMs | null
  readonly until: EpochMs | null
  readonly actor: string | null
  readonly action: string | null
  readonly decision: string | null
  /** The request's id, or its beginning, which is what a list shows. */
  readonly request: string | null
  /** Anywhere in the record, whatever the case. */
  readonly text: string | null
}

export function matchesAudit(filter: AuditFilter, record: AuditRecord): boolean {
  const { actor, action, decision, request, text } = filter
  return (
    isWithin(filter, Date.parse(record.time)) &&
    (actor === null || record.actor === actor) &&
    (action === null || record.action === action) &&
    (decision === null || record.decision === decision) &&
    (request === null || record.request_id?.startsWith(request) === true) &&
    (text === null || textsOf(record).some((part) => holds(part, text)))
  )
}

function isWithin({ since, until }: AuditFilter, at: EpochMs): boolean {
  // A row that somebody has robbed of its time is in none and must not be hidden by asking for one.
  return Number.isNaN(at) || ((since === null || at >= since) && (until === null || at <= until))
}

function holds(part: string, text: string): boolean {
  return part.toLowerCase().includes(text.toLowerCase())
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return [String(value)]
  return Object.values(value).flatMap(textsOf)
}
