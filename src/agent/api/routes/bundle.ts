/** The incident bundle of a window (AU4), as a file. */
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

export interface BundleMaker {
  make(window: { from: EpochMs; to: EpochMs }): Promise<Buffer>
}

const WINDOW_MS_LIMIT = 86_400_000

const query = z.object({ from: z.coerce.number(), to: z.coerce.number() })

export function addBundle(
  app: FastifyInstance,
  { bundle, clock }: { bundle: BundleMaker; clock: Clock },
): void {
  // One at a time: each may be an hour of samples in memory.
  let turn: Promise<unknown> = Promise.resolve()
  app.get('/admin/api/bundle', async (request, reply) => {
    const window = windowOf(request.query, clock.wallNow())
    const made = turn.then(() => bundle.make(window))
    turn = made.catch(() => {})
    return reply
      .headers({
        'cache-control': 'no-store',
        'content-disposition': 'attachment; filename="holdfast-bundle.tar.gz"',
      })
      .type('application/gzip')
      .send(await made)
  })
}

function windowOf(given: unknown, now: EpochMs): { from: EpochMs; to: EpochMs } {
  const parsed = query.safeParse(given)
  const expected =
    'from, to: expected two times in milliseconds since 1970, from before to, at most a day apart'
  if (!parsed.success) throw new HoldfastProblem('bad_request', expected)
  const { from, to } = parsed.data
  const isWindow = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to
  if (isWindow && to - from <= WINDOW_MS_LIMIT && from <= now) return { from, to }
  throw new HoldfastProblem('bad_request', expected)
}
