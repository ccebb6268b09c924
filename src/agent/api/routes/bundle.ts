/** The incident bundle of a window (AU4), as a file. */
import type { FastifyInstance } from 'fastify'
import { HoldfastProblem } from '#domain/problems.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { BUNDLE, BUNDLE_MS_LIMIT, BUNDLE_WINDOW } from '../descriptions/bundle.ts'

export interface BundleMaker {
  make(window: { from: EpochMs; to: EpochMs }): Promise<Buffer>
}

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
  const parsed = BUNDLE.query.safeParse(given)
  if (parsed.success) {
    const { from, to } = parsed.data
    if (from < to && to - from <= BUNDLE_MS_LIMIT && from <= now) return { from, to }
  }
  throw new HoldfastProblem('bad_request', `from, to: expected two times ${BUNDLE_WINDOW}`)
}
