import * as z from 'zod/mini'
import { contractReport } from '#domain/schemas/contract-api.ts'
import { enveloped, type RouteDescription } from '../describe.ts'

export const CONTRACT = {
  summary: 'What the check of the runtime contract has found, and how it is mended',
  query: z.strictObject({
    anew: z
      .optional(z.literal('true'))
      .check(z.describe('true, for a check that is not older than the question but for two seconds')),
  }),
  answers: { 200: enveloped('Every item with its state, and the age of the check', contractReport) },
  refusals: ['check_failed'],
} as const satisfies RouteDescription
