import type * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'

/** A query's fields, or which one is wrong and what was expected of it. */
export function parseQuery<S extends z.ZodMiniType>(
  schema: S,
  given: unknown,
  expected: Readonly<Record<string, string>>,
): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  throw badQuery(String(parsed.error.issues[0]?.path[0] ?? ''), expected)
}

export function badQuery(field: string, expected: Readonly<Record<string, string>>): HoldfastProblem {
  return new HoldfastProblem('bad_request', `${field}: expected ${expected[field] ?? 'another value'}`)
}
