/**
 * Raw samples for the console's own calculations (IN2, IN3): by streams, and by a window up to now and its cursor, or
 * by a window of the past, as long as the disk holds it.
 */
import type { FastifyInstance } from 'fastify'
import type * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RawSamples } from '#agent/store/raw-samples.ts'
import type { HeldPage, RawStore } from '#agent/store/raw-store.ts'
import { PAGE_MS_LIMIT, RAW_PAGE } from '../descriptions/raw.ts'
import { badField, paramsOf, queryOf } from '../query.ts'
import { sendRawPage } from '../raw-forms.ts'

const WINDOW_MS_DEFAULT = 300_000
type RawQuery = z.output<typeof RAW_PAGE.query>

export interface RawRouteParts {
  readonly store: RawStore
  readonly samples: Pick<RawSamples, 'between' | 'histograms'>
  readonly clock: Clock
}

export function addRawRoutes(app: FastifyInstance, { store, samples, clock }: RawRouteParts): void {
  app.get('/admin/api/raw/:streams', async (request, reply) => {
    const { streams: named } = paramsOf(request, RAW_PAGE)
    // In the order of a file, whatever the order of the question.
    const streams = RAW_STREAMS.filter((stream) => named.includes(stream))
    const asked = queryOf(request, RAW_PAGE)
    const now = clock.wallNow()
    const isOfPast = asked.from !== undefined || asked.to !== undefined
    const page = isOfPast
      ? await pastPage(samples, streams, pastWindow(asked, now), now)
      : newestPage(store, streams, asked, now)
    return sendRawPage(page, request, reply)
  })
}

function newestPage(
  store: RawStore,
  streams: readonly RawStream[],
  { window_ms: windowMs = WINDOW_MS_DEFAULT, cursor }: RawQuery,
  now: EpochMs,
): HeldPage {
  const page =
    cursor === undefined ? store.window(streams, windowMs, now) : store.after(cursor, streams, windowMs, now)
  if (page === null) throw badField(RAW_PAGE.query, 'cursor')
  return page
}

/** It does not go on, and so its cursor is none. */
async function pastPage(
  samples: RawRouteParts['samples'],
  streams: readonly RawStream[],
  { from, to }: { from: EpochMs; to: EpochMs },
  now: EpochMs,
): Promise<HeldPage> {
  const { window, gaps, streams: held } = await samples.between(from, to)
  const isAsked = (stream: string) => (streams as readonly string[]).includes(stream)
  return {
    head: {
      format: 'holdfast.raw/1',
      window,
      gaps: gaps.filter(({ stream }) => isAsked(stream)),
      cursor: '',
      complete: true,
      now,
    },
    streams: Object.fromEntries(Object.entries(held).filter(([stream]) => isAsked(stream))),
  }
}

function pastWindow({ from, to, window_ms, cursor }: RawQuery, now: EpochMs): { from: EpochMs; to: EpochMs } {
  if (to === undefined || to > now) throw badField(RAW_PAGE.query, 'to')
  if (from === undefined || from >= to || to - from > PAGE_MS_LIMIT) throw badField(RAW_PAGE.query, 'from')
  if (window_ms !== undefined || cursor !== undefined) {
    throw new HoldfastProblem('bad_request', 'from, to: expected without window_ms and cursor')
  }
  return { from, to }
}
