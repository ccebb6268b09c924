/** The alert conditions of the operational contract (OB6), as far as they can be computed from samples. */
import type { MetricsWindow, ProbeColumns } from '#domain/metrics/columns.ts'
import type { RestartLimits } from '#domain/metrics/config.ts'
import type { AlertId, MetricsOf, MetricValue } from '#domain/metrics/contract.ts'
import { runAtEnd } from '#domain/metrics/hold.ts'
import { probesIn } from '#domain/metrics/probe.ts'
import type { EpochMs } from '#domain/time.ts'

export type Alerts = MetricsOf<AlertId>

export const PRESSING_BREACHES = 3
const SUSTAINED_MS = 300_000

interface AlertInput {
  readonly breaches: MetricValue
  readonly restartsInWindow: MetricValue
  readonly limits: RestartLimits
  readonly probe: ProbeColumns
  readonly window: MetricsWindow
}

export function measureAlerts({ breaches, restartsInWindow, limits, probe, window }: AlertInput): Alerts {
  const degradedSince = degradedRunStart(probe, window)
  return {
    'alert.pool_pressure': (breaches ?? 0) >= PRESSING_BREACHES,
    'alert.restart_churn': (restartsInWindow ?? 0) >= limits.churnThreshold,
    'alert.degraded_sustained': degradedSince !== null && window.to - degradedSince >= SUSTAINED_MS,
  }
}

/** When the unbroken run of degraded probes began that ends with the last probe. */
function degradedRunStart(probe: ProbeColumns, window: MetricsWindow): EpochMs | null {
  const probes = probesIn(probe, window)
  const run = runAtEnd(probes, ({ isDegraded }) => isDegraded)
  return probes[probes.length - run]?.t ?? null
}
