import type { FastifyRequest } from 'fastify'
import * as z from 'zod/mini'
import { cleanText } from '#domain/free-text.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { FieldsSchema, RouteDescription } from './describe.ts'

/** As people write it: what `Number` would also take (nothing at all, `0x10`, blanks) is no number to us. */
const DECIMAL = /^-?\d{1,16}(\.\d{1,16})?$/

/** A number of an address, where everything is text. */
export function numberText(number: z.ZodMiniNumber<number>) {
  return z.pipe(
    z.pipe(
      z.string().check(z.regex(DECIMAL)),
      z.transform((text) => Number(text)),
    ),
    number,
  )
}

/** The query's fields as the route describes them, or which one is wrong and what was expected of it. */
export function queryOf<Q extends FieldsSchema>(
  request: FastifyRequest,
  description: RouteDescription & { query: Q },
): z.output<Q> {
  return fieldsOf(description.query, request.query)
}

/** The variable parts of the path. */
export function paramsOf<P extends FieldsSchema>(
  request: FastifyRequest,
  description: RouteDescription & { params: P },
): z.output<P> {
  return fieldsOf(description.params, request.params)
}

/** For what a field alone does not tell: how it goes with the others. */
export function badField({ shape }: FieldsSchema, field: string): HoldfastProblem {
  const schema = Object.hasOwn(shape, field) ? shape[field] : undefined
  const expected =
    schema === undefined
      ? `no such field, but some of ${Object.keys(shape).join(', ')}`
      : (z.globalRegistry.get(schema)?.description ?? 'another value')
  return new HoldfastProblem('bad_request', `${cleanText(field, 40)}: expected ${expected}`)
}

function fieldsOf<S extends FieldsSchema>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path[0]
  throw badField(schema, String(field ?? ''))
}
