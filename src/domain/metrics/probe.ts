/** The probe metrics (FC3): what the target answered when it was asked. */
import { type MetricsWindow, type ProbeColumns, spanIn } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import { heldS, runAtEnd } from '#domain/metrics/hold.ts'
import { quantileOf } from '#domain/metrics/quantile.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

type ProbeMetricId = MetricFamily<'probe'>
export type ProbeMetrics = MetricsOf<ProbeMetricId>

export function measureProbe(
  columns: ProbeColumns,
  window: MetricsWindow,
  { holdMs }: MetricsConfig,
): ProbeMetrics {
  const probes = probesIn(columns, window)
  const good = probes.filter(({ isOk }) => isOk)
  const latencies = Float64Array.from(good, ({ latencyMs }) => latencyMs).sort()
  return {
    'probe.availability_pct': probes.length === 0 ? null : (good.length / probes.length) * 100,
    'probe.latency_p95_ms': quantileOf(latencies, 0.95),
    'probe.degraded_s': heldS(probes, { to: window.to, holdMs }, ({ isDegraded }) => isDegraded),
    'probe.consecutive_failures': runAtEnd(probes, ({ isOk }) => !isOk),
  }
}

export interface Probe {
  readonly t: EpochMs
  readonly isOk: boolean
  readonly latencyMs: DurationMs
  /** The target answered and said that it is degraded. */
  readonly isDegraded: boolean
}

export function probesIn({ t, ok, latencyMs, reason }: ProbeColumns, window: MetricsWindow): Probe[] {
  const { start, end } = spanIn(t, window)
  return Array.from({ length: end - start }, (_, place) => ({
    t: t[start + place] as number,
    isOk: ok[start + place] === 1,
    latencyMs: latencyMs[start + place] as number,
    isDegraded: reason[start + place] === 1,
  }))
}

/** When the target was last asked inside the window; null when it was not. */
export function lastProbeAt(columns: ProbeColumns, window: MetricsWindow): EpochMs | null {
  return probesIn(columns, window).at(-1)?.t ?? null
}
