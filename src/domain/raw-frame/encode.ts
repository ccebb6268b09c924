/**
 * Writes binary frames (IN3), so that gzip has little left to do: times as steps, durations as ticks, few different
 * values as places in a list, and the bytes of a column by their weight, because the high ones hardly differ. Nothing
 * is rounded: a column whose values are no ticks is written as the doubles that it holds.
 */
import type { Column } from '../metrics/columns.ts'
import { foundText } from '../schemas/findings.ts'
import { faultText } from '../schemas/raw-column-words.ts'
import {
  columnFaults,
  type ColumnKind,
  type ColumnsOf,
  isNumeric,
  RAW_SECTIONS,
  type RawSection,
} from '../schemas/raw-columns.ts'
import {
  checksumOf,
  type ColumnForm,
  DOUBLE_BYTES,
  MAGIC,
  type PageDirectory,
  PRELUDE_BYTES,
  type StreamHeader,
  WORD_BYTES,
} from './block.ts'

/** Milliseconds and counts are whole; durations come in microseconds. */
const TICKS_PER_UNIT = [1, 1000]
const PLANES = [1, 3, 4]
/** They fit one byte. More different words than that are possible, and take two. */
const VALUES_MAX = 256
/** A list of values pays where each of them comes again and again. */
const ROWS_A_VALUE = 4

export type Sections = { readonly [Section in RawSection]?: ColumnsOf<Section, Column<unknown>> }

/** A stream with a value that may not stand there is told in its place; the others are whole. */
export function encodePage(head: object, sections: Sections): Uint8Array<ArrayBuffer> {
  const faults: Record<string, string> = {}
  const blocks: [RawSection, Uint8Array][] = []
  for (const section of Object.keys(sections) as RawSection[]) {
    const block = encodeStream(section, sections[section] as ColumnsOf<typeof section, Column<unknown>>)
    if (typeof block === 'string') faults[section] = block
    else blocks.push([section, block])
  }
  const directory: PageDirectory = {
    blocks: Object.fromEntries(blocks.map(([section, block]) => [section, block.length])),
    faults,
  }
  return joined([sealed({ ...head, ...directory }, []), ...blocks.map(([, block]) => block)])
}

/** Or what is wrong with the columns: a number that is none never leaves as one. */
export function encodeStream<Section extends RawSection>(
  section: Section,
  columns: ColumnsOf<Section, Column<unknown>>,
): Uint8Array<ArrayBuffer> | string {
  const [fault] = columnFaults(section, columns)
  if (fault !== undefined) return faultText(fault, foundText)
  const given: Readonly<Record<string, Column<unknown>>> = columns
  const written = Object.entries<ColumnKind>(RAW_SECTIONS[section]).map(
    ([name, kind]) => [name, writtenColumn(given[name] as Column<unknown>, kind)] as const,
  )
  const header: StreamHeader = {
    section,
    count: written[0]?.[1].count ?? 0,
    columns: Object.fromEntries(written.map(([name, { form }]) => [name, form])),
  }
  return sealed(
    header,
    written.map(([, { bytes }]) => bytes),
  )
}

interface Written {
  readonly form: ColumnForm
  readonly count: number
  readonly bytes: Uint8Array
}

function writtenColumn(column: Column<unknown>, kind: ColumnKind): Written {
  if (!isNumeric(kind)) return asChoice(column, column.length, () => true) as Written
  const numbers = column as Column<number>
  if (kind === 'time') return asSteps(numbers) ?? asDoubles(numbers)
  const valuesMax = Math.min(VALUES_MAX, Math.floor(column.length / ROWS_A_VALUE))
  return asChoice(column, valuesMax, isShort) ?? asTicks(numbers) ?? asDoubles(numbers)
}

function isShort(value: unknown): boolean {
  return value === ((value as number) & 0xffff)
}

/** Null where there are more different values than that, or others than may be in a list. */
function asChoice(
  column: Column<unknown>,
  valuesMax: number,
  mayBeListed: (value: unknown) => boolean,
): Written | null {
  const places = new Map<unknown, number>()
  const codes = new Float64Array(column.length)
  for (let at = 0; at < column.length; at += 1) {
    let place = places.get(column[at])
    if (place === undefined) {
      place = places.size
      if (place === valuesMax || !mayBeListed(column[at])) return null
      places.set(column[at], place)
    }
    codes[at] = place
  }
  return written(codes, (planes) => ({ planes, values: [...places.keys()] }))
}

/** How far each time lies behind the one before it. Null where one is no whole millisecond, or decades are empty. */
function asSteps(times: Column<number>): Written | null {
  const ticks = ticksOf(times, 1)
  if (ticks === null) return null
  const first = ticks[0] ?? 0
  let before = first
  for (let at = 0; at < ticks.length; at += 1) {
    const tick = ticks[at] as number
    ticks[at] = tick - before
    before = tick
  }
  return written(ticks, (planes) => ({ planes, first }))
}

/** How far each lies above the lowest. Null where one is no whole tick, or lies too far from the others. */
function asTicks(column: Column<number>): Written | null {
  for (const perUnit of TICKS_PER_UNIT) {
    const ticks = ticksOf(column, perUnit)
    if (ticks === null) continue
    let base = ticks[0] ?? 0
    for (let at = 0; at < ticks.length; at += 1) if ((ticks[at] as number) < base) base = ticks[at] as number
    for (let at = 0; at < ticks.length; at += 1) ticks[at] = (ticks[at] as number) - base
    return written(ticks, (planes) => ({ planes, base, perUnit }))
  }
  return null
}

function ticksOf(column: Column<number>, perUnit: number): Float64Array | null {
  const ticks = new Float64Array(column.length)
  for (let at = 0; at < column.length; at += 1) {
    const value = column[at] as number
    const tick = Math.round(value * perUnit)
    if (tick / perUnit !== value || !Number.isSafeInteger(tick)) return null
    ticks[at] = tick
  }
  return ticks
}

function asDoubles(column: Column<number>): Written {
  const bytes = new Uint8Array(Float64Array.from(column).buffer)
  return { form: { planes: DOUBLE_BYTES }, count: column.length, bytes }
}

/** Null where a code is too large for as many planes as there may be. */
function written(codes: Float64Array, formOf: (planes: number) => ColumnForm): Written | null {
  let highest = 0
  for (let at = 0; at < codes.length; at += 1)
    if ((codes[at] as number) > highest) highest = codes[at] as number
  const planes = PLANES.find((count) => highest < 256 ** count)
  if (planes === undefined) return null
  const bytes = new Uint8Array(planes * codes.length)
  for (let plane = 0; plane < planes; plane += 1) {
    const weight = 256 ** plane
    const from = plane * codes.length
    // A byte takes of a larger number what fits it: the lowest eight bits.
    for (let at = 0; at < codes.length; at += 1) bytes[from + at] = (codes[at] as number) / weight
  }
  return { form: formOf(planes), count: codes.length, bytes }
}

function sealed(header: object, parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const text = asciiJson(header)
  const used = PRELUDE_BYTES + text.length + parts.reduce((sum, { length }) => sum + length, 0)
  const block = new Uint8Array(Math.ceil(used / WORD_BYTES) * WORD_BYTES)
  for (let at = 0; at < text.length; at += 1) block[PRELUDE_BYTES + at] = text.charCodeAt(at)
  let next = PRELUDE_BYTES + text.length
  for (const part of parts) {
    block.set(part, next)
    next += part.length
  }
  const words = new Int32Array(block.buffer)
  words.set([MAGIC, 0, block.length, text.length])
  words[1] = checksumOf(words)
  return block
}

/** One byte a character, so that reading it needs no decoder of text; a lone half of a pair survives, too. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function joined(blocks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const page = new Uint8Array(blocks.reduce((sum, { length }) => sum + length, 0))
  let next = 0
  for (const block of blocks) {
    page.set(block, next)
    next += block.length
  }
  return page
}
