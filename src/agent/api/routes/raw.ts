/** Raw samples for the console's own calculations (IN2, IN3): by streams, window and cursor. */
import type { FastifyInstance } from 'fastify'
import * as z from 'zod/mini'
import { HoldfastProblem } from '#domain/problems.ts'
import { RAW_STREAMS, type RawStream } from '#domain/schemas/raw-v1.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { sendRawPage } from '../raw-forms.ts'

const WINDOW_MS_DEFAULT = 300_000
const WINDOW_MS_LIMIT = 3_600_000

/** Eight numbers of up to 15 digits, with what is between them. */
const CURSOR_LENGTH_LIMIT = 128

const query = z.object({
  window_ms: z.optional(z.coerce.number().check(z.gt(0), z.maximum(WINDOW_MS_LIMIT))),
  cursor: z.optional(z.string().check(z.maxLength(CURSOR_LENGTH_LIMIT))),
})

export function addRawRoutes(
  app: FastifyInstance,
  { store, clock }: { store: RawStore; clock: Clock },
): void {
  app.get<{ Params: { streams: string } }>('/admin/api/raw/:streams', async (request, reply) => {
    const streams = parseStreams(request.params.streams)
    const { window_ms: windowMs = WINDOW_MS_DEFAULT, cursor } = parseQuery(request.query)
    const now = clock.wallNow()
    const page =
      cursor === undefined
        ? store.window(streams, windowMs, now)
        : store.after(cursor, streams, windowMs, now)
    if (page === null) throw new HoldfastProblem('bad_request', 'cursor: expected one that this API gave out')
    return sendRawPage(page, request, reply)
  })
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

function parseQuery(given: unknown): z.infer<typeof query> {
  const parsed = query.safeParse(given)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path[0] === 'cursor' ? 'cursor' : 'window_ms'
  const expected =
    field === 'cursor' ? 'one that this API gave out' : `milliseconds above 0, at most ${WINDOW_MS_LIMIT}`
  throw new HoldfastProblem('bad_request', `${field}: expected ${expected}`)
}
