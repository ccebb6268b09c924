/** Holdfast's own series for Prometheus (OB6): from this host, or with a token (SE5). */
import type { FastifyInstance } from 'fastify'
import { EXPOSITION_TYPE } from '#domain/exposition/text.ts'
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { memoised } from '../memo.ts'

/** Far less than anybody waits between two scrapes. */
const KEPT_MS: DurationMs = 1_000

export function addMetrics(
  app: FastifyInstance,
  { metrics, clock }: { metrics: () => Promise<string>; clock: Clock },
): void {
  const text = memoised(metrics, { keptMs: KEPT_MS, clock })
  app.get('/metrics', async (_request, reply) =>
    reply
      .header('cache-control', 'no-store')
      .type(EXPOSITION_TYPE)
      .send(await text()),
  )
}
