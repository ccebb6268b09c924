/** The pool metrics (FC3): a gauge that is sampled and held. */
import { type MetricsWindow, type PoolColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { heldS } from '#domain/metrics/hold.ts'
import type { EpochMs } from '#domain/time.ts'

type PoolMetricId = MetricFamily<'pool'>
export type PoolMetrics = MetricsOf<PoolMetricId>

export function measurePool(columns: PoolColumns, window: MetricsWindow, config: MetricsConfig): PoolMetrics {
  const span = spanIn(columns.t, window)
  const last = lastSample(columns, span)
  return {
    'pool.saturation': last === null ? null : saturationAt(columns, last),
    'pool.saturation_max': highestSaturation(columns, span),
    'pool.time_above_warning_s': last === null ? null : secondsAboveWarning(columns, span, window.to, config),
    'pool.consecutive_breaches': breachRun(columns, span, config.poolWarning),
  }
}

/** Checked out by capacity, held in 0..1; a sample without a capacity is no sample. */
function saturationAt({ checkedOut, maxCapacity }: PoolColumns, index: number): number | null {
  const capacity = maxCapacity[index] as number
  if (capacity <= 0) return null
  return Math.min(1, Math.max(0, (checkedOut[index] as number) / capacity))
}

/** The highest saturation of a span; null without a sample. */
export function highestSaturation(columns: PoolColumns, { start, end }: Span): number | null {
  let highest: number | null = null
  for (let i = start; i < end; i += 1) {
    const saturation = saturationAt(columns, i)
    if (saturation !== null && (highest === null || saturation > highest)) highest = saturation
  }
  return highest
}

export interface PoolReading {
  readonly t: EpochMs
  readonly checkedOut: number
  readonly maxCapacity: number
}

/** The sample behind `pool.saturation`: "12 of 30" and when it was taken. */
export function lastPoolReading(columns: PoolColumns, window: MetricsWindow): PoolReading | null {
  return readingAt(columns, lastSample(columns, spanIn(columns.t, window)))
}

export function readingAt(
  { t, checkedOut, maxCapacity }: PoolColumns,
  place: number | null,
): PoolReading | null {
  if (place === null) return null
  return {
    t: t[place] as number,
    checkedOut: checkedOut[place] as number,
    maxCapacity: maxCapacity[place] as number,
  }
}

function lastSample(columns: PoolColumns, { start, end }: Span): number | null {
  for (let i = end - 1; i >= start; i -= 1) if (saturationAt(columns, i) !== null) return i
  return null
}

function secondsAboveWarning(
  columns: PoolColumns,
  span: Span,
  to: EpochMs,
  { poolWarning, holdMs }: MetricsConfig,
): number {
  const isAbove = (place: number) => {
    const saturation = saturationAt(columns, place)
    return saturation === null ? null : saturation >= poolWarning
  }
  return heldS({ t: columns.t, span, to, holdMs }, isAbove)
}

function breachRun(columns: PoolColumns, { start, end }: Span, poolWarning: number): number {
  let run = 0
  for (let i = end - 1; i >= start; i -= 1) {
    const saturation = saturationAt(columns, i)
    if (saturation === null) continue
    if (saturation < poolWarning) break
    run += 1
  }
  return run
}
