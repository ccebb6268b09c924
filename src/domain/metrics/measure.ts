/** Every metric of the contract for one window, from the columns of a `holdfast.raw/1` file (FC1, FC2). */
import { measureAlerts } from '#domain/metrics/alerts.ts'
import { measureBreaker } from '#domain/metrics/breaker.ts'
import { measureCache } from '#domain/metrics/cache.ts'
import type { MetricsWindow, RawColumns } from '#domain/metrics/columns.ts'
import type { MetricsConfig } from '#domain/metrics/config.ts'
import type { Metrics } from '#domain/metrics/contract.ts'
import { measurePool } from '#domain/metrics/pool.ts'
import { measureProbe } from '#domain/metrics/probe.ts'
import { measureProcesses } from '#domain/metrics/processes.ts'
import { measureRequests } from '#domain/metrics/requests.ts'
import { measureRestarts } from '#domain/metrics/restarts.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import { measureSlo } from '#domain/metrics/slo.ts'

export interface RawData {
  readonly window: MetricsWindow
  readonly config: MetricsConfig
  readonly columns: RawColumns
}

export function measureAll({ window, config, columns }: RawData): Metrics {
  const figures = {
    ...measureRequests(columns.requests, window, config),
    ...measureSlo(columns.requests, window, config),
    ...measurePool(columns.pool, window, config),
    ...measureBreaker(columns.breaker, window),
    ...measureCache(columns.cache, window),
    ...measureProcesses(columns.process, window, config),
    ...measureProbe(columns.probe, window, config),
    ...measureRestarts(columns.restarts, window.to, config.policy),
  }
  const alerts = measureAlerts({
    breaches: figures['pool.consecutive_breaches'],
    restartsInWindow: figures['restart.count_in_window'],
    limits: config.policy,
    probe: columns.probe,
    window,
  })
  return { ...settleAll(figures), ...alerts }
}
