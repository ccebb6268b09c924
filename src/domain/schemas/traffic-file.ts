/**
 * What the agent counts of the requests, told to the watchdog: which of them failed is evidence of whether a
 * restart helped (WD14). It neither causes nor prevents one: any local process can send a datagram (WD6).
 */
import * as z from 'zod/mini'
import type { DurationMs } from '../time.ts'

export const TRAFFIC_FILE = 'traffic.json'

/** Far more than a minute is. */
export const TRAFFIC_FILE_BYTES_LIMIT = 64 * 1024

/** How far back it tells. */
export const TRAFFIC_SPAN_MS: DurationMs = 60_000

const count = z.int().check(z.minimum(0))

export const trafficFile = z.object({
  /** Times below count from this boot: no clock that is set disorders them. */
  boot: z.string(),
  /** Until when it counted, in ms. */
  until: z.number(),
  /** Seconds in which requests ended, oldest first. */
  seconds: z.array(z.object({ second: count, requests: count, errors: count })),
})

export type Traffic = z.infer<typeof trafficFile>
