import { encodePage, type Sections } from '#domain/raw-frame/encode.ts'
import { RAW_STREAMS, type RawPage } from '#domain/schemas/raw-v1.ts'

/** The agent's clock in these pages. */
export const NOW = Date.now()

/** The streams of a page that follows another at once: the restarts come again as they are. */
export const NOTHING_NEW = {
  requests: { t: [], duration_ms: [], status: [] },
  pool: { t: [], checked_out: [], max_capacity: [] },
  breaker: { t: [], state: [] },
  cache: { t: [], l1_hits: [], l2_hits: [], misses: [] },
  process: { t: [], pid: [], rss_bytes: [] },
  probe: { t: [], ok: [], latency_ms: [], reason: [] },
  gaps: [],
}

/** A page of the raw API: ten requests a second ago, a pool of 30, a probe; with what a test changes, well or badly. */
export function rawPage(changes: { readonly [Field in keyof RawPage]?: unknown } = {}) {
  const page: RawPage = {
    format: 'holdfast.raw/1',
    window: { from: NOW - 300_000, to: NOW },
    requests: {
      t: [NOW - 30_000, NOW - 20_000, NOW - 10_000, NOW - 9000],
      duration_ms: [10, 20, 30, 40],
      status: [200, 200, 200, 503],
    },
    pool: { t: [NOW - 1000], checked_out: [12], max_capacity: [30] },
    breaker: { t: [NOW - 400_000, NOW - 30_000, NOW - 15_000], state: ['CLOSED', 'OPEN', 'CLOSED'] },
    cache: { t: [NOW - 2000, NOW - 1000], l1_hits: [10, 16], l2_hits: [5, 8], misses: [5, 6] },
    process: {
      t: [NOW - 6000, NOW - 6000, NOW - 1000, NOW - 1000],
      pid: [21, 22, 22, 23],
      rss_bytes: [50_000_000, 60_000_000, 61_000_000, 40_000_000],
    },
    probe: { t: [NOW - 1000], ok: [true], latency_ms: [4], reason: [null] },
    restarts: {
      t_requested: [NOW - 500_000, NOW - 20_000],
      t_completed: [NOW - 496_000, null],
      success: [true, false],
    },
    gaps: [],
    cursor: 'first',
    complete: true,
    now: NOW,
  }
  return { ...page, ...changes }
}

/** As the agent sends it; what it cannot write it tells in its place. */
export function frameBytes(page: Record<string, unknown>): ArrayBuffer {
  const isStream = ([name]: [string, unknown]) => (RAW_STREAMS as readonly string[]).includes(name)
  const given = Object.entries(page).filter(([, value]) => value !== undefined)
  const head = Object.fromEntries(given.filter((field) => !isStream(field)))
  return encodePage(head, Object.fromEntries(given.filter(isStream)) as Sections).buffer
}
