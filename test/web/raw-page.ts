import { encodePage, type Sections } from '#domain/raw-frame/encode.ts'
import type { RawPage } from '#domain/schemas/raw-v1.ts'

/** The agent's clock in these pages. */
export const NOW = Date.now()

/** The streams of a page that follows another at once. */
export const NOTHING_NEW = {
  requests: { t: [], duration_ms: [], status: [] },
  pool: { t: [], checked_out: [], max_capacity: [] },
  probe: { t: [], ok: [], latency_ms: [], reason: [] },
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
    probe: { t: [NOW - 1000], ok: [true], latency_ms: [4], reason: [null] },
    gaps: [],
    cursor: 'first',
    complete: true,
    now: NOW,
  }
  return { ...page, ...changes }
}

/** As the agent sends it; what it cannot write it tells in its place. */
export function frameBytes({ requests, pool, probe, ...head }: Record<string, unknown>): ArrayBuffer {
  const given = Object.entries({ requests, pool, probe }).filter(([, columns]) => columns !== undefined)
  return encodePage(head, Object.fromEntries(given) as Sections).buffer
}

/** As people get it, and as an agent of an earlier release sends it. */
export function jsonBytes(page: unknown): ArrayBuffer {
  const body = { success: true, data: page, meta: { at: NOW, version: '0' } }
  return new TextEncoder().encode(JSON.stringify(body)).buffer
}
