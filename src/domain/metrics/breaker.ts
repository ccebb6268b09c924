/** The breaker metrics (FC3): a state lasts until the next transition, and before the first it is unknown. */
import {
  type BreakerColumns,
  type Column,
  firstAfter,
  type MetricsWindow,
  type Span,
  spanIn,
} from '#domain/metrics/columns.ts'
import type { MetricFamily, MetricsOf } from '#domain/metrics/contract.ts'
import type { CircuitState } from '#domain/schemas/health.ts'
import type { DurationMs } from '#domain/time.ts'

type BreakerMetricId = MetricFamily<'breaker'>
export type BreakerMetrics = MetricsOf<BreakerMetricId>

/** The column of states holds places in this list. */
export const BREAKER_STATES = ['CLOSED', 'OPEN', 'HALF_OPEN'] as const satisfies readonly CircuitState[]
const CLOSED = 0
const OPEN = 1
const HALF_OPEN = 2

export function measureBreaker(columns: BreakerColumns, window: MetricsWindow): BreakerMetrics {
  const lasted = timeInStates(columns, window)
  const known = lasted.reduce((sum, time) => sum + time, 0)
  const pct = (time = 0) => (known === 0 ? null : (time / known) * 100)
  return {
    'breaker.closed_pct': pct(lasted[CLOSED]),
    'breaker.open_pct': pct(lasted[OPEN]),
    'breaker.half_open_pct': pct(lasted[HALF_OPEN]),
    'breaker.openings': openings(columns.state, spanIn(columns.t, window)),
  }
}

/** How long each state lasted inside the window, from the last transition at or before its start on. */
function timeInStates({ t, state }: BreakerColumns, { from, to }: MetricsWindow): DurationMs[] {
  const lasted = BREAKER_STATES.map(() => 0)
  const first = Math.max(0, firstAfter(t, from) - 1)
  for (let i = first; i < t.length && (t[i] as number) < to; i += 1) {
    const since = Math.max(from, t[i] as number)
    const until = Math.min(to, t[i + 1] ?? to)
    lasted[state[i] as number] = (lasted[state[i] as number] as number) + until - since
  }
  return lasted
}

/** A repeated OPEN is none; the first transition of all comes from an unknown state, and is one. */
function openings(state: Column<number>, { start, end }: Span): number {
  let count = 0
  for (let i = start; i < end; i += 1) {
    if (state[i] === OPEN && (i === 0 || state[i - 1] !== OPEN)) count += 1
  }
  return count
}
