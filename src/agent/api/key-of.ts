import type { FastifyRequest } from 'fastify'
import { HoldfastProblem } from '#domain/problems.ts'
import { idempotencyKey } from '#domain/schemas/worker-api.ts'
import { headerOf } from './header-of.ts'

/** The caller's own name for a change, by which a retry is known; null where it gave none. */
export function keyOf(request: FastifyRequest): string | null {
  if (request.headers['idempotency-key'] === undefined) return null
  const parsed = idempotencyKey.safeParse(headerOf(request, 'idempotency-key'))
  if (parsed.success) return parsed.data
  throw new HoldfastProblem('bad_request', 'Idempotency-Key: expected 1 to 64 letters, digits, - and _')
}
