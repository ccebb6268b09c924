/**
 * What is wrong with columns that a metric must not be computed from: unequal lengths, a time that goes
 * backwards, something that is no number. Names section, column and index (METRICS, malformed input).
 */
import type { Column, PoolColumns, ProbeColumns, RequestColumns } from '#domain/metrics/columns.ts'

export interface ColumnFault {
  readonly section: 'requests' | 'pool' | 'probe'
  readonly column: string
  readonly index: number
  readonly expected: string
  readonly found: string
}

interface Rule {
  readonly column: string
  readonly values: Column<unknown>
  readonly expected: string
  readonly holds: (value: unknown, index: number) => boolean
}

export function requestFault({ t, durationMs, status }: RequestColumns): ColumnFault | null {
  return firstFault('requests', [
    timeRule(t),
    { column: 'duration_ms', values: durationMs, expected: 'a number, not negative', holds: isNotNegative },
    { column: 'status', values: status, expected: 'a number', holds: Number.isFinite },
  ])
}

export function poolFault({ t, checkedOut, maxCapacity }: PoolColumns): ColumnFault | null {
  return firstFault('pool', [
    timeRule(t),
    { column: 'checked_out', values: checkedOut, expected: 'a number', holds: Number.isFinite },
    { column: 'max_capacity', values: maxCapacity, expected: 'a number', holds: Number.isFinite },
  ])
}

export function probeFault({ t, ok, latencyMs, reason }: ProbeColumns): ColumnFault | null {
  return firstFault('probe', [
    timeRule(t),
    { column: 'ok', values: ok, expected: 'true or false', holds: (value) => typeof value === 'boolean' },
    {
      column: 'latency_ms',
      values: latencyMs,
      expected: 'a number, not negative; null only where ok is false',
      holds: (value, i) => (value === null ? ok[i] === false : isNotNegative(value)),
    },
    {
      column: 'reason',
      values: reason,
      expected: 'text or null',
      holds: (value) => value === null || typeof value === 'string',
    },
  ])
}

function timeRule(t: Column<number>): Rule {
  return {
    column: 't',
    values: t,
    expected: 'a time, not before the one above it',
    holds: (value, i) => Number.isFinite(value) && (i === 0 || (value as number) >= (t[i - 1] as number)),
  }
}

function isNotNegative(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0
}

/** The first column gives the length that the others must have. */
function firstFault(section: ColumnFault['section'], rules: readonly Rule[]): ColumnFault | null {
  const length = rules[0]?.values.length ?? 0
  for (const { column, values, expected, holds } of rules) {
    if (values.length !== length) {
      const index = Math.min(length, values.length)
      return { section, column, index, expected: `${length} values`, found: `${values.length}` }
    }
    for (let index = 0; index < length; index += 1) {
      const value = values[index]
      if (!holds(value, index)) return { section, column, index, expected, found: String(value) }
    }
  }
  return null
}
