/** The probe metrics (FC3): what the target answered when it was asked. */
import { type MetricsWindow, type ProbeColumns, type Span, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { heldS } from '#domain/metrics/hold.ts'
import { quantileOf } from '#domain/metrics/quantile.ts'
import type { EpochMs } from '#domain/time.ts'

type ProbeMetricId = MetricFamily<'probe'>
export type ProbeMetrics = MetricsOf<ProbeMetricId>

export function measureProbe(
  columns: ProbeColumns,
  window: MetricsWindow,
  config: MetricsConfig,
): ProbeMetrics {
  const span = spanIn(columns.t, window)
  return {
    'probe.availability_pct': availabilityPct(columns, span),
    'probe.latency_p95_ms': quantileOf(goodLatencies(columns, span), 0.95),
    'probe.degraded_s': secondsDegraded(columns, span, window.to, config),
    'probe.consecutive_failures': failureRun(columns, span),
  }
}

/** When the target was last asked inside the window; null when it was not. */
export function lastProbeAt(columns: ProbeColumns, window: MetricsWindow): EpochMs | null {
  const { start, end } = spanIn(columns.t, window)
  return start === end ? null : (columns.t[end - 1] as number)
}

/** The target answered and said that it is degraded. */
export function isDegraded({ reason }: ProbeColumns, index: number): boolean {
  return reason[index] === 1
}

function availabilityPct({ ok }: ProbeColumns, { start, end }: Span): number | null {
  if (start === end) return null
  let good = 0
  for (let i = start; i < end; i += 1) if (ok[i] === 1) good += 1
  return (good / (end - start)) * 100
}

function goodLatencies({ ok, latencyMs }: ProbeColumns, { start, end }: Span): Float64Array {
  const latencies: number[] = []
  for (let i = start; i < end; i += 1) {
    if (ok[i] === 1) latencies.push(latencyMs[i] as number)
  }
  return Float64Array.from(latencies).sort()
}

function secondsDegraded(
  columns: ProbeColumns,
  span: Span,
  to: EpochMs,
  { holdMs }: MetricsConfig,
): number | null {
  if (span.start === span.end) return null
  return heldS({ t: columns.t, span, to, holdMs }, (place) => isDegraded(columns, place))
}

function failureRun({ ok }: ProbeColumns, { start, end }: Span): number {
  let run = 0
  for (let i = end - 1; i >= start && ok[i] === 0; i -= 1) run += 1
  return run
}
