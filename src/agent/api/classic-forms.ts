/** What the forms of the classic page send: urlencoded, small, each field once, and nothing that the form has not. */
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { RUNGS } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { PASSWORD_CHARACTERS_MAX } from '#domain/schemas/access-api.ts'
import { findingText, readWith } from '#domain/schemas/findings.ts'
import { idempotencyKey } from '#domain/schemas/worker-api.ts'
import type { FormAct } from '#agent/classic/facts.ts'
import { PAUSE_LENGTHS } from '#agent/classic/word-sections.ts'

const FORM_TYPE = 'application/x-www-form-urlencoded'
const FORM_BYTES_LIMIT = 16 * 1024

const ROUTE_IDS = NAVIGATION.map(({ id }) => id)
/** '' is the whole page. */
const page = z.enum(['', ...ROUTE_IDS])
const typed = z.string().check(z.maxLength(2000))
const marks = { page, key: idempotencyKey, csrf: z.string() }
const asked = { ...marks, seen: z.string(), rung: z.enum(RUNGS) }

export const SIGN_IN_FORM = z.strictObject({
  page,
  user: z.string().check(z.maxLength(200)),
  password: z.string().check(z.maxLength(PASSWORD_CHARACTERS_MAX)),
  link: typed,
})

export const FORMS = {
  restart: z.strictObject(asked),
  override: z.strictObject({
    ...asked,
    reason: typed,
    typed,
    pass: z.optional(z.literal('preflight')),
  }),
  'guard-release': z.strictObject({ ...marks, reason: typed }),
  pause: z.strictObject({ ...marks, reason: typed, for: z.enum(PAUSE_LENGTHS.map(({ value }) => value)) }),
  resume: z.strictObject({ ...marks, reason: typed }),
  navigation: z.strictObject({
    ...marks,
    what: z.enum(['', ...ROUTE_IDS]),
    way: z.enum(['engage', 'release']),
    reason: typed,
  }),
  'sign-out': z.strictObject(marks),
} as const satisfies Record<FormAct, z.ZodMiniType>

export function formOf<S extends z.ZodMiniType>(schema: S, body: unknown): z.output<S> {
  const reading = readWith(schema, body)
  if (reading.ok) return reading.value
  throw new HoldfastProblem('bad_request', reading.findings.map(findingText).join('; '))
}

/** In this scope alone: nothing else of the agent reads a form. */
export function readForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    FORM_TYPE,
    { parseAs: 'string', bodyLimit: FORM_BYTES_LIMIT },
    async (_request: unknown, body: string) => fieldsOf(body),
  )
}

function fieldsOf(body: string): Record<string, string> {
  const fields = [...new URLSearchParams(body)]
  const names = fields.map(([name]) => name)
  if (new Set(names).size < names.length) {
    throw new HoldfastProblem('bad_request', 'form: expected each field once')
  }
  return Object.fromEntries(fields)
}
