/** The audit trail (AU3): page by page for the console, whole as a file for other programs, and whether it holds. */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type * as z from 'zod/mini'
import type { ExportFormat } from '#domain/audit/export.ts'
import type { AuditFilter } from '#domain/audit/filter.ts'
import { JOURNALS } from '#domain/audit/trail.ts'
import { AUDIT_PAGE_ROWS } from '#domain/schemas/audit-api.ts'
import { parseTime } from '#domain/time-text.ts'
import type { AuditPlace, AuditReader } from '#agent/audit/audit-reader.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { AUDIT } from '../descriptions/audit.ts'
import { envelope } from '../envelope.ts'
import { badField, queryOf } from '../query.ts'

type AuditQuery = z.output<typeof AUDIT.query>

const TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
}

export interface AuditRouteParts {
  readonly audit: Pick<AuditReader, 'page' | 'export' | 'verify'>
  readonly clock: Clock
}

export function addAuditRoutes(app: FastifyInstance, { audit, clock }: AuditRouteParts): void {
  const answer = (reply: FastifyReply, data: object) =>
    reply.header('cache-control', 'no-store').send(envelope(data, clock.wallNow()))

  app.get('/admin/api/audit', async (request, reply) => {
    const asked = queryOf(request, AUDIT)
    const filter = filterOf(asked)
    const { format = 'json', limit = AUDIT_PAGE_ROWS } = asked
    if (format === 'json') return answer(reply, await audit.page({ filter, limit, before: placeOf(asked) }))
    // An export is whole, as the command's is.
    for (const field of ['limit', 'cursor'] as const)
      if (asked[field] !== undefined) throw badField(AUDIT.query, field)
    return reply
      .headers({
        'cache-control': 'no-store',
        'content-disposition': `attachment; filename="holdfast-audit.${format}"`,
      })
      .type(TYPES[format])
      .send(audit.export(format, filter))
  })

  app.get('/admin/api/audit/verify', async (_request, reply) => answer(reply, await audit.verify()))
}

function filterOf({ actor, action, decision, request, text, from, to }: AuditQuery): AuditFilter {
  return {
    since: instantOf('from', from),
    until: instantOf('to', to),
    actor: actor ?? null,
    action: action ?? null,
    decision: decision ?? null,
    request: request ?? null,
    text: text ?? null,
  }
}

/** Without an offset it would be local time, of a place that nobody has named. */
function instantOf(field: 'from' | 'to', value: string | undefined): number | null {
  if (value === undefined) return null
  const at = /^\d{1,15}$/.test(value) ? Number(value) : parseTime(value, () => Number.NaN)
  if (at === null || Number.isNaN(at)) throw badField(AUDIT.query, field)
  return at
}

function placeOf({ cursor }: AuditQuery): AuditPlace | null {
  if (cursor === undefined) return null
  const [, name, seq] = /^([a-z]{1,20})\.(-?\d{1,15})$/.exec(cursor) ?? []
  const journal = JOURNALS.find((known) => known === name)
  if (journal === undefined) throw badField(AUDIT.query, 'cursor')
  return { journal, seq: Number(seq) }
}
