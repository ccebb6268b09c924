/** Windows of days (FC4): the requests of each step, counted by duration. No figure is computed here. */
import type { FastifyInstance } from 'fastify'
import { middleOf } from '#domain/metrics/duration-bins.ts'
import { HISTOGRAM_ERROR, type RequestHistogram } from '#domain/metrics/request-histogram.ts'
import type { RawHistograms } from '#domain/schemas/raw-histograms.ts'
import type { EpochMs } from '#domain/time.ts'
import { envelope } from '../envelope.ts'
import { RAW_HISTOGRAMS, STEPS_LIMIT } from '../descriptions/raw.ts'
import { badField, queryOf } from '../query.ts'
import { sendText } from '../raw-forms.ts'
import type { RawRouteParts } from './raw.ts'

export function addRawHistograms(
  app: FastifyInstance,
  { samples, clock }: Pick<RawRouteParts, 'samples' | 'clock'>,
): void {
  app.get('/admin/api/raw/histograms', async (request, reply) => {
    const { window_ms: windowMs, step_ms: stepMs } = queryOf(request, RAW_HISTOGRAMS)
    if (windowMs / stepMs > STEPS_LIMIT) throw badField(RAW_HISTOGRAMS.query, 'step_ms')
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
