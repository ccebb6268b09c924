/** The window that a page with charts shows, as it stands in the address: a link shows a colleague the same. */
import type { LocationQuery } from 'vue-router'
import type { DurationMs } from '#domain/time.ts'

export const CHART_WINDOWS = {
  '5m': { windowMs: 5 * 60_000, bucketMs: 5000 },
  '15m': { windowMs: 15 * 60_000, bucketMs: 10_000 },
  '1h': { windowMs: 60 * 60_000, bucketMs: 30_000 },
} as const satisfies Record<string, { windowMs: DurationMs; bucketMs: DurationMs }>

export type ChartWindow = keyof typeof CHART_WINDOWS

/** Anything else in an address is the shortest. */
export function windowIn({ window }: LocationQuery): ChartWindow {
  return typeof window === 'string' && Object.hasOwn(CHART_WINDOWS, window) ? (window as ChartWindow) : '5m'
}
