import { MILLION } from './compute.ts'
import type { Limit } from './report.ts'

type Limits = Readonly<Record<string, Limit>>

export const BUCKET_LIMITS: Limits = {
  times_a_plain_pass: { atMost: 5 },
  times_faster_than_objects_and_sort: { atLeast: 60 },
}
export const STATE_LIMITS: Limits = { both_ms: { atMost: 0.5 } }
export const DECODE_LIMITS: Limits = { decode_ms: { atMost: 10 } }

export function tickLimits(windowRows: number): Limits {
  const ofAMillion: Limits =
    windowRows === MILLION ? { median_ms: { atMost: 0.5 }, times_faster_than_sorting: { atLeast: 600 } } : {}
  return { ...ofAMillion, times_of_in_order: { atMost: 2.5 } }
}
