/** Windows of days (FC4): the requests of each step, counted by duration. No figure is computed here. */
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { middleOf } from '#domain/metrics/duration-bins.ts'
import { HISTOGRAM_ERROR, type RequestHistogram } from '#domain/metrics/request-histogram.ts'
import type { RawHistograms } from '#domain/schemas/raw-histograms.ts'
import type { EpochMs } from '#domain/time.ts'
import { envelope } from '../envelope.ts'
import { badQuery, parseQuery } from '../query.ts'
import { sendText } from '../raw-forms.ts'
import type { RawRouteParts } from './raw.ts'

const DAY_MS = 86_400_000
const WINDOW_MS_LIMIT = 31 * DAY_MS
/** As many as a screen is wide. */
const STEPS_LIMIT = 1_500
/** A stretch on the disk is as long. */
const STEP_MS_LEAST = 60_000

const query = z.object({
  window_ms: z._default(z.coerce.number().check(z.int(), z.gt(0), z.maximum(WINDOW_MS_LIMIT)), DAY_MS),
  step_ms: z._default(z.coerce.number().check(z.int(), z.minimum(STEP_MS_LEAST)), STEP_MS_LEAST),
})
const EXPECTED = {
  window_ms: `whole milliseconds above 0, at most ${WINDOW_MS_LIMIT}`,
  step_ms: `whole milliseconds, at least ${STEP_MS_LEAST} and so many that the window has at most ${STEPS_LIMIT} steps`,
}

export function addRawHistograms(
  app: FastifyInstance,
  { samples, clock }: Pick<RawRouteParts, 'samples' | 'clock'>,
): void {
  app.get('/admin/api/raw/histograms', async (request, reply) => {
    const { window_ms: windowMs, step_ms: stepMs } = parseQuery(query, request.query, EXPECTED)
    if (windowMs / stepMs > STEPS_LIMIT) throw badQuery('step_ms', EXPECTED)
    const now = clock.wallNow()
    const window = { from: now - windowMs, to: now }
    const { steps, gaps } = await samples.histograms(window.from, window.to, stepMs)
    const told: RawHistograms = {
      format: 'holdfast.histograms/1',
      window,
      step_ms: stepMs,
      error: HISTOGRAM_ERROR,
      gaps,
      requests: columnsOf(steps),
    }
    return sendText(JSON.stringify(envelope(told, now)), request, reply)
  })
}

function columnsOf(steps: ReadonlyMap<EpochMs, RequestHistogram>): RawHistograms['requests'] {
  const columns: RawHistograms['requests'] = { t: [], duration_ms: [], count: [], failed: [] }
  for (const [t, histogram] of steps) {
    for (const { bin, count, failed } of histogram.rows()) {
      columns.t.push(t)
      columns.duration_ms.push(middleOf(bin))
      columns.count.push(count)
      columns.failed.push(failed)
    }
  }
  return columns
}
