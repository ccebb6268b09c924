/**
 * What `GET /admin/api/raw/histograms` answers: the requests of a window of days, counted by step and by duration. Each
 * row stands for `count` requests of about `duration_ms`: none of them is further from it than `error` of itself.
 */
import * as z from 'zod/mini'
import { binOf } from '../metrics/duration-bins.ts'
import { RequestHistogram } from '../metrics/request-histogram.ts'
import type { MetricsWindow } from '../metrics/columns.ts'

export const rawHistograms = z.object({
  format: z.literal('holdfast.histograms/1'),
  window: z.object({ from: z.number(), to: z.number() }),
  step_ms: z.number(),
  error: z.number(),
  gaps: z.array(
    z.object({ stream: z.string(), from: z.number(), to: z.number(), reason: z.optional(z.string()) }),
  ),
  requests: z.object({
    /** Where the step begins. */
    t: z.array(z.number()),
    duration_ms: z.array(z.number()),
    count: z.array(z.number()),
    /** With a status of 500 or above. */
    failed: z.array(z.number()),
  }),
})
export type RawHistograms = z.infer<typeof rawHistograms>

/** Of the steps that begin inside a window, added up. */
export function histogramIn({ requests }: RawHistograms, { from, to }: MetricsWindow): RequestHistogram {
  const sum = new RequestHistogram()
  for (const [row, t] of requests.t.entries()) {
    if (t < from || t >= to) continue
    const bin = binOf(requests.duration_ms[row] as number)
    sum.add(bin, requests.count[row] as number, requests.failed[row] as number)
  }
  return sum
}
