/**
 * Raw samples for the console's own calculations (IN2, IN3): by streams, and by a window up to now and its cursor, or
 * by a window of the past, as long as the disk holds it.
 */
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RawSamples } from '#agent/store/raw-samples.ts'
import type { HeldPage, RawStore } from '#agent/store/raw-store.ts'
import { badQuery, parseQuery } from '../query.ts'
import { sendRawPage } from '../raw-forms.ts'

const WINDOW_MS_DEFAULT = 300_000
const WINDOW_MS_LIMIT = 3_600_000

/** Eight numbers of up to 15 digits, with what is between them. */
const CURSOR_LENGTH_LIMIT = 128

const instant = z.coerce.number().check(z.int(), z.minimum(0))
const query = z.object({
  window_ms: z.optional(z.coerce.number().check(z.gt(0), z.maximum(WINDOW_MS_LIMIT))),
  cursor: z.optional(z.string().check(z.maxLength(CURSOR_LENGTH_LIMIT))),
  from: z.optional(instant),
  to: z.optional(instant),
})
type RawQuery = z.infer<typeof query>

const EXPECTED = {
  window_ms: `milliseconds above 0, at most ${WINDOW_MS_LIMIT}`,
  cursor: 'one that this API gave out',
  from: `a time in milliseconds since 1970, before to, at most ${WINDOW_MS_LIMIT} before it`,
  to: 'a time in milliseconds since 1970 that has come, together with from',
}

export interface RawRouteParts {
  readonly store: RawStore
  readonly samples: Pick<RawSamples, 'between' | 'histograms'>
  readonly clock: Clock
}

export function addRawRoutes(app: FastifyInstance, { store, samples, clock }: RawRouteParts): void {
  app.get<{ Params: { streams: string } }>('/admin/api/raw/:streams', async (request, reply) => {
    const streams = parseStreams(request.params.streams)
    const asked = parseQuery(query, request.query, EXPECTED)
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
  if (page === null) throw badQuery('cursor', EXPECTED)
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
  if (to === undefined || to > now) throw badQuery('to', EXPECTED)
  if (from === undefined || from >= to || to - from > WINDOW_MS_LIMIT) throw badQuery('from', EXPECTED)
  if (window_ms !== undefined || cursor !== undefined) {
    throw new HoldfastProblem('bad_request', 'from, to: expected without window_ms and cursor')
  }
  return { from, to }
}

function parseStreams(text: string): RawStream[] {
  const names = text.split(',')
  const streams = RAW_STREAMS.filter((stream) => names.includes(stream))
  if (streams.length === names.length) return streams
  throw new HoldfastProblem(
    'bad_request',
    `streams: expected some of ${RAW_STREAMS.join(', ')}, each once, with commas between`,
  )
}
