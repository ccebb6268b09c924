import * as z from 'zod/mini'
import { LOG_LINES, LOG_LINES_LIMIT, logsPage } from '#domain/schemas/logs.ts'
import { enveloped, type RouteDescription } from '../describe.ts'
import { numberText } from '../query.ts'

export const LOGS = {
  summary: 'The last lines of Holdfast’s own logs and of the target’s error log',
  query: z.strictObject({
    lines: z
      .optional(numberText(z.number().check(z.int(), z.minimum(1), z.maximum(LOG_LINES_LIMIT))))
      .check(z.describe(`a whole number from 1 to ${LOG_LINES_LIMIT}, ${LOG_LINES} by itself`)),
  }),
  answers: { 200: enveloped('What each has said last, or why it cannot be read', logsPage) },
} as const satisfies RouteDescription
