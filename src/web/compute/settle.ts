/** What the worker found is exact: it is rounded here, where the contract is that says how. */
import type { FigureId, MetricValue } from '#domain/metrics/contract.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import type { Observation, Section } from '#web/compute/protocol.ts'

export function settled(exact: Observation): Observation {
  return {
    ...exact,
    requests: settledSection(exact.requests),
    pool: settledSection(exact.pool),
    breaker: settledSection(exact.breaker),
    cache: settledSection(exact.cache),
    process: settledSection(exact.process),
    probe: settledSection(exact.probe),
    restarts: settledSection(exact.restarts),
    workers: exact.workers.map(withSettled),
  }
}

interface Measured {
  readonly metrics: { readonly [Id in FigureId]?: MetricValue }
}

function settledSection<T extends Measured>(section: Section<T>): Section<T> {
  return section.kind === 'read' ? { ...section, value: withSettled(section.value) } : section
}

function withSettled<T extends Measured>(measured: T): T {
  return { ...measured, metrics: settleAll(measured.metrics) }
}
