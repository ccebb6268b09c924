/** The process metrics (FC3): how much memory the service has, and when it meets its limit. */
import { type MetricsWindow, type ProcessColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import type { EpochMs } from '#domain/time.ts'

type ProcessMetricId = MetricFamily<'worker'>
export type ProcessMetrics = MetricsOf<ProcessMetricId>

const HOUR_MS = 3_600_000

/** Every process at one moment, added up. */
interface Reading {
  readonly t: EpochMs
  readonly total: number
}

export function measureProcesses(
  columns: ProcessColumns,
  window: MetricsWindow,
  { rssBytesLimit }: MetricsConfig,
): ProcessMetrics {
  const span = spanIn(columns.t, window)
  const readings = readingsOf(columns, span)
  const total = readings.at(-1)?.total ?? null
  const growth = growthPerHour(readings)
  return {
    'worker.count': total === null ? null : pidsInLastReading(columns, span),
    'worker.rss_total_bytes': total,
    'worker.rss_growth_bytes_per_h': growth,
    'worker.hours_to_limit': hoursToLimit(total, growth, rssBytesLimit),
  }
}

function readingsOf({ t, rssBytes }: ProcessColumns, { start, end }: Span): Reading[] {
  const readings: Reading[] = []
  let total = 0
  for (let i = start; i < end; i += 1) {
    total += rssBytes[i] as number
    if (i + 1 < end && t[i + 1] === t[i]) continue
    readings.push({ t: t[i] as number, total })
    total = 0
  }
  return readings
}

function pidsInLastReading({ t, pid }: ProcessColumns, { start, end }: Span): number {
  const pids = new Set<number>()
  for (let i = end - 1; i >= start && t[i] === t[end - 1]; i -= 1) pids.add(pid[i] as number)
  return pids.size
}

/**
 * The slope of least squares, on distances from the means: epochs and byte counts are too large to be
 * squared as they are. What lies below the rounding error of the sum is no slope: without that, noise in
 * the last bit would promise a limit in ten thousand years.
 */
function growthPerHour(readings: readonly Reading[]): number | null {
  if (readings.length < 2) return null
  const origin = readings[0] as Reading
  const meanT = mean(readings, ({ t }) => t - origin.t)
  const meanTotal = mean(readings, ({ total }) => total - origin.total)
  let covariance = 0
  let variance = 0
  let magnitude = 0
  for (const { t, total } of readings) {
    const distance = t - origin.t - meanT
    const product = distance * (total - origin.total - meanTotal)
    covariance += product
    magnitude += Math.abs(product)
    variance += distance * distance
  }
  const noise = magnitude * readings.length * Number.EPSILON
  return Math.abs(covariance) <= noise ? 0 : (covariance * HOUR_MS) / variance
}

function mean(readings: readonly Reading[], value: (reading: Reading) => number): number {
  return readings.reduce((sum, reading) => sum + value(reading), 0) / readings.length
}

/** Whoever is at the limit has no time left, whether or not the memory still grows. */
function hoursToLimit(total: number | null, growth: number | null, limit: number): number | null {
  if (total === null) return null
  if (total >= limit) return 0
  return growth === null || growth <= 0 ? null : (limit - total) / growth
}
