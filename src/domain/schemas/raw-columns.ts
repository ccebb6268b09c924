/**
 * The columns of `holdfast.raw/1` and what may stand in them. A metric is never computed from columns of
 * unequal lengths, from a time that goes backwards or from something that is no number: such a fault names
 * section, column and index (METRICS, malformed input).
 */
import type { Column } from '../metrics/columns.ts'
import { BREAKER_STATES } from '../metrics/breaker.ts'
import type { EpochMs } from '../time.ts'

type SectionColumns = Readonly<Record<string, Column<unknown>>>

/** Every cell counts as a number, and is sound where that lies between limits. */
interface Kind {
  readonly from: number
  readonly to: number
  /** No value lies below the one before it. */
  readonly ascends?: true
  /** For cells that are no numbers; what may not stand there counts as one that lies between no limits. */
  readonly asNumber?: (cell: unknown) => number
  /** The flag that is false wherever it is null. */
  readonly missesWhereNot?: string
  /** Which column it is never below. */
  readonly notBelow?: string
}

/** What a Date can say; beyond it differences of times are no longer exact either. */
const EPOCH_MS_MAX = 8.64e15

export function isTime(value: unknown): value is number {
  return Math.abs(numberOrNaN(value)) <= EPOCH_MS_MAX
}

function numberOrNaN(cell: unknown): number {
  return typeof cell === 'number' ? cell : Number.NaN
}

function placeIn(values: readonly unknown[]) {
  return (cell: unknown) => values.indexOf(cell)
}

const ANY_TIME = { from: -EPOCH_MS_MAX, to: EPOCH_MS_MAX }
const NOT_NEGATIVE = { from: 0, to: Number.MAX_VALUE }

const KINDS = {
  time: { ...ANY_TIME, ascends: true },
  number: { from: -Number.MAX_VALUE, to: Number.MAX_VALUE },
  /** Up to the largest amount whose neighbours can still be told apart, so that a sum of them stays finite. */
  amount: { from: 0, to: Number.MAX_SAFE_INTEGER },
  duration: NOT_NEGATIVE,
  flag: { from: 0, to: 1, asNumber: placeIn([false, true]) },
  text: {
    from: 0,
    to: 1,
    asNumber: (cell) => (typeof (cell ?? '') === 'string' ? Number(Boolean(cell)) : -1),
  },
  breakerState: { from: 0, to: BREAKER_STATES.length - 1, asNumber: placeIn(BREAKER_STATES) },
  latency: { ...NOT_NEGATIVE, asNumber: numberOrNaN, missesWhereNot: 'ok' },
  completion: { ...ANY_TIME, asNumber: numberOrNaN, missesWhereNot: 'success', notBelow: 't_requested' },
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
} as const satisfies Record<string, Readonly<Record<string, ColumnKind>>>

export type ColumnKind = keyof typeof KINDS

/** Its values are numbers without exception: none is missing, none is a word. */
export function isNumeric(kind: ColumnKind): boolean {
  return !('asNumber' in KINDS[kind])
}

export type RawSection = keyof typeof RAW_SECTIONS
export type ColumnsOf<Section extends RawSection, Values> = {
  readonly [Name in keyof (typeof RAW_SECTIONS)[Section]]: Values
}

/** What stands in a column of each kind, once it was looked at. */
interface Cells {
  time: EpochMs
  number: number
  amount: number
  duration: number
  flag: boolean
  text: string | null
  breakerState: (typeof BREAKER_STATES)[number]
  latency: number | null
  completion: EpochMs | null
}

type CellOf<
  Section extends RawSection,
  Name extends keyof (typeof RAW_SECTIONS)[Section],
> = (typeof RAW_SECTIONS)[Section][Name] extends infer Kind extends ColumnKind ? Cells[Kind] : never

/** Without a fault. */
export type SoundColumns<Section extends RawSection> = {
  readonly [Name in keyof (typeof RAW_SECTIONS)[Section]]: Column<CellOf<Section, Name>>
}

type InsideName<Name> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${Capitalize<InsideName<Rest> & string>}`
  : Name

/** By their inside names, as calculations take them: a flag is 1 or 0, a state its place, what is missing NaN. */
export type NumberColumns<Section extends RawSection> = {
  readonly [Name in keyof (typeof RAW_SECTIONS)[Section] as InsideName<Name> & string]: Column<number>
}

export function numberColumns<Section extends RawSection>(
  section: Section,
  columns: SoundColumns<Section>,
): NumberColumns<Section> {
  const given: SectionColumns = columns
  const inside = Object.entries<ColumnKind>(RAW_SECTIONS[section]).map(([name, kind]) => [
    insideName(name),
    asNumbers(given[name] as Column<unknown>, KINDS[kind]),
  ])
  return Object.fromEntries(inside) as NumberColumns<Section>
}

export function insideName(name: string): string {
  return name.replace(/_(.)/g, (_, first: string) => first.toUpperCase())
}

function asNumbers(column: Column<unknown>, { asNumber }: Kind): Column<number> {
  return asNumber === undefined ? (column as Column<number>) : Float64Array.from(column, asNumber)
}

/** Of columns that are equally long, as those of a frame are: the same, or the first fault. */
export function soundNumbers<Section extends RawSection>(
  section: Section,
  columns: ColumnsOf<Section, Column<unknown>>,
): NumberColumns<Section> | ColumnFault {
  const given: SectionColumns = columns
  const numbers: Record<string, Column<number>> = {}
  for (const [name, kind] of Object.entries<ColumnKind>(RAW_SECTIONS[section])) {
    const column = given[name] as Column<unknown>
    const fault = valueFault(column, kind, given)
    if (fault !== null) return { section, column: name, ...fault }
    numbers[insideName(name)] = asNumbers(column, KINDS[kind])
  }
  return numbers as NumberColumns<Section>
}

/** As they stand in JSON. */
export type RawLists<Section extends RawSection> = {
  -readonly [Name in keyof (typeof RAW_SECTIONS)[Section]]: CellOf<Section, Name>[]
}

export interface ColumnFault {
  readonly section: RawSection
  readonly column: string
  readonly index: number
  /** A value of a kind, or so many of them; `expectedText` has the words. */
  readonly expected: ColumnKind | number
  /** As it stands there: whoever shows it knows how a value is shown. */
  readonly found: unknown
}

/** The first fault of each column. */
export function columnFaults<Section extends RawSection>(
  section: Section,
  columns: ColumnsOf<Section, Column<unknown>>,
): ColumnFault[] {
  const kinds = Object.entries<ColumnKind>(RAW_SECTIONS[section])
  const given: SectionColumns = columns
  const length = given[kinds[0]?.[0] ?? '']?.length ?? 0
  return kinds.flatMap(([name, kind]) => {
    const column = given[name] ?? []
    const fault = lengthFault(column, length) ?? valueFault(column, kind, given)
    return fault === null ? [] : [{ section, column: name, ...fault }]
  })
}

type Fault = Omit<ColumnFault, 'section' | 'column'>

/** The section's time says how long the others must be. */
function lengthFault({ length }: Column<unknown>, expected: number): Fault | null {
  if (length === expected) return null
  return { index: Math.min(length, expected), expected, found: length }
}

function valueFault(column: Column<unknown>, expected: ColumnKind, section: SectionColumns): Fault | null {
  const index = firstOutside(column, KINDS[expected], section)
  return index === column.length ? null : { index, expected, found: column[index] }
}

/** The length where there is none. NaN lies between no limits. */
function firstOutside(column: Column<unknown>, kind: Kind, section: SectionColumns): number {
  const { from, to, ascends, asNumber, missesWhereNot = '', notBelow = '' } = kind
  const flags = section[missesWhereNot]
  const limits = section[notBelow] as Column<number> | undefined
  let lowest = from
  for (let index = 0; index < column.length; index += 1) {
    const cell = column[index]
    const value = asNumber === undefined ? cell : asNumber(cell)
    const isInside = typeof value === 'number' && value >= lowest && value <= to
    if (isInside && !(limits !== undefined && value < (limits[index] as number))) {
      if (ascends) lowest = value
    } else if (cell !== null || flags?.[index] !== false) return index
  }
  return column.length
}
