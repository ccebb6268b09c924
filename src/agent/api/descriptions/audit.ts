import * as z from 'zod/mini'
import { AUDIT_ACTIONS } from '#domain/audit/actions.ts'
import { EXPORT_FORMATS } from '#domain/audit/export.ts'
import {
  AUDIT_PAGE_ROWS,
  AUDIT_PAGE_ROWS_LIMIT,
  auditPage,
  auditVerification,
} from '#domain/schemas/audit-api.ts'
import { enveloped, envelopeOf, JSON_TYPE, type RouteDescription } from '../describe.ts'
import { numberText } from '../query.ts'

const text = z.string().check(z.minLength(1), z.maxLength(200))
const word = (meaning: string) =>
  z.optional(text).check(z.describe(`one text of 1 to 200 characters: ${meaning}`))
const time = () =>
  z
    .optional(text)
    .check(
      z.describe('a time as ISO 8601 with its offset, or in milliseconds since 1970; it is in the range'),
    )

export const AUDIT = {
  summary: 'The audit trail: newest first and page by page, or whole as a file',
  query: z.strictObject({
    actor: word('who, as local:ops, user:ops or watchdog'),
    action: z
      .optional(z.enum(Object.keys(AUDIT_ACTIONS)))
      .check(z.describe(`one of ${Object.keys(AUDIT_ACTIONS).join(', ')}`)),
    decision: word('allowed, manual_override, blocked, executed, failed, external or rejected'),
    request: word('a request’s id or its beginning'),
    text: word('what is to stand anywhere in the record, in upper or lower case'),
    from: time(),
    to: time(),
    limit: z
      .optional(numberText(z.number().check(z.int(), z.minimum(1), z.maximum(AUDIT_PAGE_ROWS_LIMIT))))
      .check(
        z.describe(
          `a whole number from 1 to ${AUDIT_PAGE_ROWS_LIMIT}, ${AUDIT_PAGE_ROWS} by itself, and format=json`,
        ),
      ),
    cursor: z
      .optional(text.check(z.regex(/^[a-z]{1,20}\.-?\d{1,15}$/)))
      .check(z.describe('the one that the page before gave out, and format=json')),
    format: z
      .optional(z.enum(['json', ...EXPORT_FORMATS]))
      .check(z.describe(`json, ${EXPORT_FORMATS.join(' or ')}; json by itself`)),
  }),
  answers: {
    200: {
      means: 'A page of it; or the whole of what matches, oldest first',
      content: {
        [JSON_TYPE]: envelopeOf(auditPage),
        'text/csv': null,
        'application/x-ndjson': null,
      },
    },
  },
  refusals: ['state_unreadable'],
} as const satisfies RouteDescription

export const AUDIT_VERIFY = {
  summary: 'Whether both chains of the audit trail hold',
  answers: { 200: enveloped('They do, or which row does not fit', auditVerification) },
  refusals: ['state_unreadable'],
} as const satisfies RouteDescription
