/** Columns of every section as they may come: ties, nulls, gaps of years, values of any size and none. */
import * as fc from 'fast-check'
import { BREAKER_STATES } from '#domain/metrics/breaker.ts'
import { type ColumnKind, RAW_SECTIONS, type RawSection } from '#domain/schemas/raw-columns.ts'

export type Lists = Record<string, unknown[]>

export const SECTIONS = Object.keys(RAW_SECTIONS) as RawSection[]

/** Minus zero is zero, on the wire as in JSON. */
const unsigned = (value: number) => (value === 0 ? 0 : value)
const whole = fc.integer({ min: 0, max: 4_000_000 })
const microseconds = whole.map((ticks) => ticks / 1000)
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(unsigned)
const notNegative = finite.map(Math.abs)
const amount = fc.oneof(whole, fc.double({ min: 0, max: Number.MAX_SAFE_INTEGER, noNaN: true }).map(unsigned))
const status = fc.constantFrom(200, 301, 404, 500, 503)
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 1_763_600_000_000, max: 1_763_600_000_020 }) },
  { weight: 1, arbitrary: fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }).map(unsigned) },
  { weight: 1, arbitrary: fc.constantFrom(-8.64e15, 0, 8.64e15, 1_763_600_000_000.25) },
)

const PLAIN: Record<
  'number' | 'amount' | 'duration' | 'flag' | 'text' | 'breakerState',
  fc.Arbitrary<unknown>
> = {
  number: fc.oneof(status, whole, finite),
  amount,
  duration: fc.oneof(microseconds, notNegative),
  flag: fc.boolean(),
  text: fc.option(fc.oneof(fc.constantFrom('', 'slow', 'target_timeout'), fc.string({ unit: 'binary' }))),
  breakerState: fc.constantFrom(...BREAKER_STATES),
}

export function listsOf(section: RawSection): fc.Arbitrary<Lists> {
  return fc
    .tuple(fc.nat({ max: 60 }), fc.boolean())
    .chain(([count, isPlain]) => fc.array(rowOf(section, isPlain), { minLength: count, maxLength: count }))
    .map((rows) => columnsOf(section, rows))
}

/** In half of the cases nothing but what intake and probes give, so that each form is met. */
function rowOf(section: RawSection, isPlain: boolean): fc.Arbitrary<Record<string, unknown>> {
  const cell = (kind: ColumnKind): fc.Arbitrary<unknown> => {
    if (kind === 'time')
      return isPlain ? fc.integer({ min: 1_763_600_000_000, max: 1_763_600_000_020 }) : time
    if (kind === 'latency') return fc.option(isPlain ? microseconds : notNegative)
    if (kind === 'completion')
      return fc.option(isPlain ? whole : fc.double({ min: 0, max: 1e15, noNaN: true }))
    if (kind === 'duration' && isPlain) return microseconds
    if (kind === 'number' && isPlain) return status
    return PLAIN[kind]
  }
  return fc.record(
    Object.fromEntries(Object.entries(RAW_SECTIONS[section]).map(([name, kind]) => [name, cell(kind)])),
  )
}

function columnsOf(section: RawSection, rows: readonly Record<string, unknown>[]): Lists {
  const [first = ''] = Object.keys(RAW_SECTIONS[section])
  const inOrder = rows
    .toSorted((one, other) => (one[first] as number) - (other[first] as number))
    .map(consistent)
  return Object.fromEntries(
    Object.keys(RAW_SECTIONS[section]).map((name) => [name, inOrder.map((row) => row[name])]),
  )
}

/** What may be null only where something failed, and ends not before it began. */
function consistent(row: Record<string, unknown>): Record<string, unknown> {
  if ('latency_ms' in row) return { ...row, ok: row.latency_ms === null ? false : row.ok }
  if (!('t_completed' in row)) return row
  const {
    t_requested: requested,
    t_completed: took,
    success,
  } = row as {
    t_requested: number
    t_completed: number | null
    success: boolean
  }
  if (took === null) return { ...row, success: false }
  return { ...row, t_completed: Math.min(8.64e15, requested + took), success }
}
