import { METRICS, type MetricId, type MetricsOf } from '#domain/metrics/contract.ts'

/**
 * Half away from zero, on the exact binary value: `toFixed` compares without a rounding error of its own
 * and takes the larger magnitude at a tie, which scaling by a power of ten does not. The sum turns -0 into 0.
 */
export function roundHalfAway(value: number, places: number): number {
  return Number(value.toFixed(places)) + 0
}

/** The only place where metrics are rounded: once, by their rows of the contract. */
export function settleAll<Id extends MetricId>(exact: Readonly<Record<Id, number | null>>): MetricsOf<Id> {
  const settled = {} as Record<Id, number | null>
  for (const id of Object.keys(exact) as Id[]) {
    const { empty, places } = METRICS[id]
    const value = exact[id]
    settled[id] = value === null ? empty : roundHalfAway(value, places)
  }
  return settled
}
