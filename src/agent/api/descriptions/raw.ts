import * as z from 'zod/mini'
import { rawHistograms } from '#domain/schemas/raw-histograms.ts'
import { rawPage } from '#domain/schemas/raw-page.ts'
import { RAW_FRAME_TYPE, RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import { envelopeOf, enveloped, JSON_TYPE, type RouteDescription } from '../describe.ts'
import { numberText } from '../query.ts'

export const PAGE_MS_LIMIT = 3_600_000

/** Eight numbers of up to 15 digits, with what is between them. */
const CURSOR_LENGTH_LIMIT = 128

const streams = z
  .pipe(
    z.pipe(
      z.string(),
      z.transform((text) => text.split(',')),
    ),
    z.array(z.enum(RAW_STREAMS)).check(
      z.refine((names) => new Set(names).size === names.length),
      z.meta({ uniqueItems: true }),
    ),
  )
  .check(z.describe(`some of ${RAW_STREAMS.join(', ')}, each once, with commas between`))

const instant = numberText(z.number().check(z.int(), z.minimum(0)))

export const RAW_PAGE = {
  summary: 'Raw samples of some streams: those of a window, or those since a cursor',
  params: z.object({ streams }),
  query: z.object({
    window_ms: z
      .optional(numberText(z.number().check(z.gt(0), z.maximum(PAGE_MS_LIMIT))))
      .check(z.describe(`milliseconds above 0, at most ${PAGE_MS_LIMIT}`)),
    cursor: z
      .optional(z.string().check(z.maxLength(CURSOR_LENGTH_LIMIT)))
      .check(z.describe('one that this API gave out')),
    from: z
      .optional(instant)
      .check(z.describe(`a time in milliseconds since 1970, before to, at most ${PAGE_MS_LIMIT} before it`)),
    to: z
      .optional(instant)
      .check(z.describe('a time in milliseconds since 1970 that has come, together with from')),
  }),
  answers: {
    200: {
      means: 'The samples, in columns',
      content: { [JSON_TYPE]: envelopeOf(rawPage), [RAW_FRAME_TYPE]: null },
    },
  },
  refusals: ['not_found', 'state_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription

const DAY_MS = 86_400_000
const WINDOW_MS_LIMIT = 31 * DAY_MS
/** As many as a screen is wide. */
export const STEPS_LIMIT = 1_500
/** A stretch on the disk is as long. */
const STEP_MS_LEAST = 60_000

export const RAW_HISTOGRAMS = {
  summary: 'The requests of a window of days, counted by step and by duration',
  query: z.object({
    window_ms: z
      ._default(numberText(z.number().check(z.int(), z.gt(0), z.maximum(WINDOW_MS_LIMIT))), DAY_MS)
      .check(z.describe(`whole milliseconds above 0, at most ${WINDOW_MS_LIMIT}`)),
    step_ms: z
      ._default(numberText(z.number().check(z.int(), z.minimum(STEP_MS_LEAST))), STEP_MS_LEAST)
      .check(
        z.describe(
          `whole milliseconds, at least ${STEP_MS_LEAST} and so many that the window has at most ${STEPS_LIMIT} steps`,
        ),
      ),
  }),
  answers: { 200: enveloped('The counts, in columns', rawHistograms) },
  refusals: ['state_unreadable', 'state_unwritable'],
} as const satisfies RouteDescription
