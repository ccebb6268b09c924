import type { FastifyRequest } from 'fastify'
import * as z from 'zod/mini'
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
  const schema = shape[field]
  const expected = schema === undefined ? undefined : z.globalRegistry.get(schema)?.description
  return new HoldfastProblem('bad_request', `${field}: expected ${expected ?? 'another value'}`)
}

function fieldsOf<S extends FieldsSchema>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw badField(schema, String(parsed.error.issues[0]?.path[0] ?? ''))
}
