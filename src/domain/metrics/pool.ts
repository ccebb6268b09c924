/** The pool metrics (FC3): a gauge that is sampled and held. */
import { type MetricsWindow, type PoolColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { heldS, runAtEnd } from '#domain/metrics/hold.ts'
import type { EpochMs } from '#domain/time.ts'

type PoolMetricId = MetricFamily<'pool'>
export type PoolMetrics = MetricsOf<PoolMetricId>

export function measurePool(columns: PoolColumns, window: MetricsWindow, config: MetricsConfig): PoolMetrics {
  const samples = samplesIn(columns, window)
  const isAbove = ({ saturation }: Sample) => saturation >= config.poolWarning
  return {
    'pool.saturation': samples.at(-1)?.saturation ?? null,
    'pool.saturation_max': highest(samples),
    'pool.time_above_warning_s': heldS(samples, { to: window.to, holdMs: config.holdMs }, isAbove),
    'pool.consecutive_breaches': runAtEnd(samples, isAbove),
  }
}

export interface PoolReading {
  readonly t: EpochMs
  readonly checkedOut: number
  readonly maxCapacity: number
}

interface Sample extends PoolReading {
  /** Checked out by capacity, held in 0..1. */
  readonly saturation: number
}

/** A sample without a capacity is no sample. */
function samplesIn(columns: PoolColumns, window: MetricsWindow): Sample[] {
  const { start, end } = spanIn(columns.t, window)
  const samples: Sample[] = []
  for (let i = start; i < end; i += 1) {
    const reading = readingAt(columns, i)
    const saturation = Math.min(1, Math.max(0, reading.checkedOut / reading.maxCapacity))
    if (reading.maxCapacity > 0) samples.push({ ...reading, saturation })
  }
  return samples
}

export function readingAt({ t, checkedOut, maxCapacity }: PoolColumns, place: number): PoolReading {
  return {
    t: t[place] as number,
    checkedOut: checkedOut[place] as number,
    maxCapacity: maxCapacity[place] as number,
  }
}

function highest(samples: readonly Sample[]): number | null {
  return samples.reduce<number | null>((most, { saturation }) => Math.max(most ?? 0, saturation), null)
}

export function highestSaturation(columns: PoolColumns, window: MetricsWindow): number | null {
  return highest(samplesIn(columns, window))
}

/** The sample behind `pool.saturation`: "12 of 30" and when it was taken. */
export function lastPoolReading(columns: PoolColumns, window: MetricsWindow): PoolReading | null {
  return samplesIn(columns, window).at(-1) ?? null
}
