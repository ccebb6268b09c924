/**
 * Reads binary frames (IN3): what is whole becomes columns, anything else is a fault with its reason, and never takes
 * more memory than eight times the bytes that came. Runs in the console's worker: small, and fast.
 *
 * It answers for the bytes. Whether the values may stand in their columns is `columnFaults` to say, as for any other
 * input; a header that says nonsense under a right checksum ends there at the latest.
 */
import { longLoop } from '../long-loop.ts'
import type { Column } from '../metrics/columns.ts'
import { type ColumnsOf, isNumeric, RAW_SECTIONS, type RawSection } from '../schemas/raw-columns.ts'
import {
  checksumOf,
  type ColumnForm,
  DOUBLE_BYTES,
  type FrameFault,
  frameMalformed,
  MAGIC,
  type PageDirectory,
  PRELUDE_BYTES,
  PRELUDE_WORDS,
  type StreamHeader,
  WORD_BYTES,
} from './block.ts'

export type FrameColumns<Section extends RawSection> = ColumnsOf<Section, Column<unknown>>

export interface FramePage {
  /** What the page says beside its streams; not yet looked at. */
  readonly head: object
  /** Null where the page does not hold it. */
  readonly stream: <Section extends RawSection>(section: Section) => FrameColumns<Section> | FrameFault | null
}

export function decodePage(bytes: ArrayBuffer): FramePage | FrameFault {
  return orFault(() => {
    const { header, end } = openBlock<object & PageDirectory>(bytes, 0)
    const { blocks, faults } = header
    const places: Record<string, number> = {}
    let next = end
    for (const [section, length] of Object.entries(blocks)) {
      places[section] = next
      next += length
    }
    demand(next >= bytes.byteLength, 'it is too long')
    return {
      head: header,
      stream: (section) => {
        const at = places[section]
        if (faults[section]) return frameMalformed(faults[section])
        return at === undefined ? null : decodeStream(section, bytes, at)
      },
    }
  })
}

export function decodeStream<Section extends RawSection>(
  section: Section,
  bytes: ArrayBuffer,
  at = 0,
): FrameColumns<Section> | FrameFault {
  return orFault(() => {
    const { header, body, end } = openBlock<StreamHeader>(bytes, at)
    const { section: told, count, columns } = header
    demand(told === section && Number.isInteger(count))
    let from = body
    const read: Record<string, Column<unknown>> = {}
    for (const [name, kind] of Object.entries(RAW_SECTIONS[section])) {
      const form = columns[name] as ColumnForm
      // No row without a byte, or a count alone could ask for all memory there is.
      demand(form.planes >= 1)
      const planes = new Uint8Array(bytes, from, form.planes * count)
      read[name] = columnOf(form, planes, count, isNumeric(kind))
      from += planes.length
    }
    demand(from <= end && end - from < WORD_BYTES)
    return read as FrameColumns<Section>
  })
}

function columnOf(form: ColumnForm, planes: Uint8Array, count: number, numeric: boolean): Column<unknown> {
  if ('values' in form) {
    const codes = codesOf(planes, count)
    return numeric ? longLoop(picked, form.values, codes) : Array.from(codes, (code) => form.values[code])
  }
  if ('first' in form) return longLoop(climbed, form.first, codesOf(planes, count))
  if ('base' in form) return longLoop(scaled, planes, count, form.base, form.perUnit)
  demand(form.planes === DOUBLE_BYTES)
  // Copied, because doubles must lie at whole multiples of their size.
  return new Float64Array(planes.slice().buffer)
}

/** They fit two bytes: a quarter of the memory that a million doubles have to touch. */
function picked(values: readonly unknown[], codes: Column<number>): Uint16Array {
  const table = Uint16Array.from(values as number[])
  demand(table.every((value, at) => value === values[at]))
  const column = new Uint16Array(codes.length)
  let highest = -1
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] as number
    if (code > highest) highest = code
    column[at] = table[code] as number
  }
  demand(highest < table.length)
  return column
}

function climbed(first: number, codes: Column<number>): Float64Array {
  demand(Number.isSafeInteger(first))
  const column = new Float64Array(codes.length)
  let tick = first
  for (let at = 0; at < codes.length; at += 1) {
    tick += codes[at] as number
    column[at] = tick
  }
  return column
}

function codesOf(planes: Uint8Array, count: number): Column<number> {
  return planes.length === count ? planes : longLoop(scaled, planes, count, 0, 1)
}

/** Three planes in one go, because each pass over a million doubles costs as much as this one; a fourth is rare. */
function scaled(planes: Uint8Array, count: number, base: number, perUnit: number): Float64Array {
  demand(Number.isSafeInteger(base) && perUnit > 0)
  const hasFour = planes.length === 4 * count
  const [ground, unit] = hasFour ? [0, 1] : [base, perUnit]
  const middle = planes.subarray(count)
  const high = planes.subarray(2 * count)
  const column = new Float64Array(count)
  for (let at = 0; at < count; at += 1) {
    const code = (planes[at] as number) | ((middle[at] as number) << 8) | ((high[at] as number) << 16)
    column[at] = (ground + code) / unit
  }
  if (!hasFour) return column
  for (let at = 0; at < count; at += 1) {
    const top = planes[3 * count + at] as number
    column[at] = (base + (column[at] as number) + top * 0x1000000) / perUnit
  }
  return column
}

/** Nothing of a block is believed before its length and its checksum are right. */
function openBlock<Header>(bytes: ArrayBuffer, at: number): { header: Header; body: number; end: number } {
  demand(at + PRELUDE_BYTES <= bytes.byteLength, 'it is cut off')
  const [magic, checksum, length = 0, headerBytes = 0] = new Int32Array(bytes, at, PRELUDE_WORDS)
  demand(magic === MAGIC, 'it is another version')
  demand(at + length <= bytes.byteLength, 'it is cut off')
  demand(
    longLoop(checksumOf, new Int32Array(bytes, at, length / WORD_BYTES)) === checksum,
    'its checksum does not fit',
  )
  let text = ''
  for (const code of new Uint8Array(bytes, at + PRELUDE_BYTES, headerBytes)) text += String.fromCharCode(code)
  return { header: JSON.parse(text) as Header, body: at + PRELUDE_BYTES + headerBytes, end: at + length }
}

const NONSENSE = 'its header makes no sense'

function demand(condition: boolean, otherwise = NONSENSE): asserts condition {
  if (!condition) throw new Error(otherwise)
}

/** What the engine finds is the header's fault: no JSON, an array longer than the bytes, a field that is not there. */
function orFault<T>(read: () => T): T | FrameFault {
  try {
    return read()
  } catch (error) {
    return frameMalformed((error as Error).constructor === Error ? (error as Error).message : NONSENSE)
  }
}
