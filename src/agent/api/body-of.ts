import type { FastifyRequest } from 'fastify'
import type * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { findingText, readWith } from '#domain/schemas/findings.ts'
import type { RouteDescription } from './describe.ts'

/** A change's body as its route describes it, or everything that is wrong with it. */
export function bodyOf<S extends z.ZodMiniType>(
  request: FastifyRequest,
  { body }: RouteDescription & { body: S },
): z.output<S> {
  const reading = readWith(body, request.body)
  if (reading.ok) return reading.value
  throw new HoldfastProblem('bad_request', reading.findings.map(findingText).join('; '))
}
