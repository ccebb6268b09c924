import type { FastifyRequest } from 'fastify'
import type * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { findingText, readWith } from '#domain/schemas/findings.ts'

/** A change's body in the promised form, or everything that is wrong with it. */
export function bodyOf<S extends z.ZodMiniType>(request: FastifyRequest, schema: S): z.output<S> {
  const reading = readWith(schema, request.body)
  if (reading.ok) return reading.value
  throw new HoldfastProblem('bad_request', reading.findings.map(findingText).join('; '))
}
