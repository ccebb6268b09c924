/** The share of requests that failed in a stretch of time, where enough of them are known (WD14). */
import type { EventTime } from '../journal/events.ts'
import type { Traffic } from '../schemas/traffic-file.ts'
import type { DurationMs } from '../time.ts'

/** Of fewer, one that fails by chance would be a trouble. */
const REQUESTS_AT_LEAST = 20
/** An agent that has said nothing for as long does not run, or has met no request. */
const SILENCE_MS: DurationMs = 5_000
const SECOND_MS: DurationMs = 1_000

/** null: not known. Seconds count that lie in the stretch with all of their length. */
export function failingShare(traffic: Traffic | null, since: DurationMs, now: EventTime): number | null {
  if (traffic === null || !isOfNow(traffic, now)) return null
  let requests = 0
  let errors = 0
  for (const second of traffic.seconds) {
    const from = second.second * SECOND_MS
    if (from < since || from + SECOND_MS > traffic.until) continue
    requests += second.requests
    errors += second.errors
  }
  return requests < REQUESTS_AT_LEAST ? null : Math.min(errors / requests, 1)
}

function isOfNow({ boot, until }: Traffic, now: EventTime): boolean {
  return boot === now.boot && until <= now.monotonic && now.monotonic - until < SILENCE_MS
}
