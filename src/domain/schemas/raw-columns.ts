/**
 * The columns of `holdfast.raw/1` and what may stand in them. A metric is never computed from columns of
 * unequal lengths, from a time that goes backwards or from something that is no number: such a fault names
 * section, column and index (METRICS, malformed input).
 */
import type { Column } from '../metrics/columns.ts'
import { BREAKER_STATES } from '../metrics/breaker.ts'
import { foundText } from './findings.ts'

type SectionColumns = Readonly<Record<string, Column<unknown>>>

interface Kind {
  readonly expected: string
  readonly holds: (value: unknown, index: number, column: Column<unknown>, section: SectionColumns) => boolean
}

/** What a Date can say; beyond it differences of times are no longer exact either. */
const EPOCH_MS_MAX = 8.64e15
export const TIME_EXPECTED = 'a time in milliseconds since the epoch'

export function isTime(value: unknown): value is number {
  return isNumber(value) && Math.abs(value) <= EPOCH_MS_MAX
}

function isNumber(value: unknown): value is number {
  return Number.isFinite(value)
}

/** Also the largest amount whose neighbours can still be told apart, so that a sum of them stays finite. */
function isAmount(value: unknown): boolean {
  return isNumber(value) && value >= 0 && value <= Number.MAX_SAFE_INTEGER
}

function isDuration(value: unknown): boolean {
  return isNumber(value) && value >= 0
}

const KINDS = {
  time: {
    expected: `${TIME_EXPECTED}, not before the one above it`,
    holds: (value, i, column) => isTime(value) && (i === 0 || value >= (column[i - 1] as number)),
  },
  number: { expected: 'a number', holds: isNumber },
  amount: { expected: `a number from 0 to ${Number.MAX_SAFE_INTEGER}`, holds: isAmount },
  duration: { expected: 'a number, not negative', holds: isDuration },
  flag: { expected: 'true or false', holds: (value) => typeof value === 'boolean' },
  text: {
    expected: 'text or null',
    holds: (value) => value === null || typeof value === 'string',
  },
  breakerState: {
    expected: `one of ${BREAKER_STATES.join(', ')}`,
    holds: (value) => (BREAKER_STATES as readonly unknown[]).includes(value),
  },
  latency: {
    expected: 'a number, not negative; null only where ok is false',
    holds: (value, i, _, { ok }) => (value === null ? ok?.[i] === false : isDuration(value)),
  },
  completion: {
    expected: 'a time not before t_requested; null only where success is false',
    holds: (value, i, _, { t_requested: requested, success }) =>
      value === null ? success?.[i] === false : isTime(value) && !(value < (requested?.[i] as number)),
  },
} as const satisfies Record<string, Kind>

/** Outside names, in the order in which they are written; the first column is the section's time. */
export const RAW_SECTIONS = {
  requests: { t: 'time', duration_ms: 'duration', status: 'number' },
  pool: { t: 'time', checked_out: 'number', max_capacity: 'number' },
  breaker: { t: 'time', state: 'breakerState' },
  cache: { t: 'time', l1_hits: 'amount', l2_hits: 'amount', misses: 'amount' },
  process: { t: 'time', pid: 'number', rss_bytes: 'amount' },
  probe: { t: 'time', ok: 'flag', latency_ms: 'latency', reason: 'text' },
  restarts: { t_requested: 'time', t_completed: 'completion', success: 'flag' },
} as const satisfies Record<string, Readonly<Record<string, keyof typeof KINDS>>>

export type RawSection = keyof typeof RAW_SECTIONS
export type ColumnsOf<Section extends RawSection, Values> = {
  readonly [Name in keyof (typeof RAW_SECTIONS)[Section]]: Values
}

export interface ColumnFault {
  readonly section: RawSection
  readonly column: string
  readonly index: number
  readonly expected: string
  readonly found: string
}

/** The first fault of each column. */
export function columnFaults<Section extends RawSection>(
  section: Section,
  columns: ColumnsOf<Section, Column<unknown>>,
): ColumnFault[] {
  const kinds = Object.entries<keyof typeof KINDS>(RAW_SECTIONS[section])
  const given: SectionColumns = columns
  const length = given[kinds[0]?.[0] ?? '']?.length ?? 0
  return kinds.flatMap(([name, kind]) => {
    const column = given[name] ?? []
    const fault = lengthFault(column, length) ?? valueFault(column, KINDS[kind], given)
    return fault === null ? [] : [{ section, column: name, ...fault }]
  })
}

type Fault = Omit<ColumnFault, 'section' | 'column'>

/** The section's time says how long the others must be. */
function lengthFault({ length }: Column<unknown>, expected: number): Fault | null {
  if (length === expected) return null
  return { index: Math.min(length, expected), expected: `${expected} values`, found: `${length}` }
}

function valueFault(
  column: Column<unknown>,
  { expected, holds }: Kind,
  section: SectionColumns,
): Fault | null {
  for (let index = 0; index < column.length; index += 1) {
    if (holds(column[index], index, column, section)) continue
    return { index, expected, found: foundText(column[index]) }
  }
  return null
}
