/**
 * `holdfast.raw/1`: raw samples in columns, the form in which the agent serves them to the console and
 * in which they are exported (IN3). Times are milliseconds since the epoch; the columns of one stream
 * have equal lengths; `t` ascends.
 */
import * as z from 'zod/mini'

const epochMs = z.number()
const column = z.array(z.number())

const requests = z.object({ t: column, duration_ms: column, status: column })
const pool = z.object({ t: column, checked_out: column, max_capacity: column })
const probe = z.object({
  t: column,
  ok: z.array(z.boolean()),
  latency_ms: z.array(z.nullable(z.number())),
  reason: z.array(z.nullable(z.string())),
})

const gap = z.object({ stream: z.string(), from: epochMs, to: epochMs, reason: z.optional(z.string()) })

export const rawV1 = z.object({
  format: z.literal('holdfast.raw/1'),
  window: z.object({ from: epochMs, to: epochMs }),
  requests: z.optional(requests),
  pool: z.optional(pool),
  probe: z.optional(probe),
  gaps: z.array(gap),
})

/**
 * What `GET /admin/api/raw/{streams}` answers. `cursor` names the place after the last sample of each
 * stream. `complete` is false when a cursor could not be honoured (agent restarted, samples overwritten):
 * the caller must drop what it holds, and `gaps` says what is missing.
 */
export const rawPage = z.extend(rawV1, {
  cursor: z.string(),
  complete: z.boolean(),
  now: epochMs,
})

/** The name by which a page is asked for as a binary frame (docs/adr/0015-binary-raw-frame.md). */
export const RAW_FRAME_TYPE = 'application/vnd.holdfast.raw-frame'

export type RawPage = z.infer<typeof rawPage>
export type RawGap = z.infer<typeof gap>

/** What a page says beside its samples, the same in each of its forms. */
export type RawPageHead = Omit<RawPage, RawStream>

export const RAW_STREAMS = ['requests', 'pool', 'probe'] as const
export type RawStream = (typeof RAW_STREAMS)[number]
