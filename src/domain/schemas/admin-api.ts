/** The admin API's answers: everything under `/admin/api/` is enveloped, errors are problem+json (OB). */
import * as z from 'zod/mini'
import { demonstrationStatus } from './demonstration.ts'

const count = z.number()

/** What the intake dropped, by reason: counted, never papered over (IN4). */
const intakeStatus = z.object({
  /** Where gunicorn is to send: what stands behind `--statsd-host`. */
  statsd_address: z.string(),
  datagrams: count,
  samples: count,
  malformed: count,
  oversize: count,
  foreign: count,
  unpaired: count,
  /** Datagrams that the kernel threw away before they were read; null or missing: not known. */
  kernel_drops: z.optional(z.nullable(count)),
  last_sample_at: z.nullable(z.number()),
})

/** What came of scraping the target's own metrics; by reason where it failed. */
const scrapeStatus = z.object({
  scrapes: count,
  failures: z.record(z.string(), count),
  last_failure: z.nullable(z.string()),
})

export const systemStatus = z.object({
  agent: z.object({
    version: z.string(),
    pid: count,
    started_at: z.number(),
    rss_bytes: count,
  }),
  target: z.object({
    /** How the operator knows it: the unit's name, or the demonstration's. */
    name: z.string(),
    bind: z.string(),
    health_url: z.string(),
    kind: z.enum(['production', 'demonstration']),
    master_pid: z.nullable(count),
    worker_count: z.nullable(count),
  }),
  watchdog: z.object({ running: z.boolean() }),
  intake: intakeStatus,
  /** null or missing: nothing is scraped. */
  scrape: z.optional(z.nullable(scrapeStatus)),
  demonstration: z.nullable(demonstrationStatus),
})

export const problemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: count,
  detail: z.string(),
  success: z.literal(false),
  error: z.object({ code: z.string(), message: z.string() }),
})

export interface Envelope<T> {
  success: true
  data: T
  meta: { at: number; version: string }
}

export type SystemStatus = z.infer<typeof systemStatus>
export type IntakeCounters = Omit<z.infer<typeof intakeStatus>, 'statsd_address' | 'kernel_drops'>
export type ScrapeStatus = z.infer<typeof scrapeStatus>
export type ProblemBody = z.infer<typeof problemBody>
