/** The header block of a tar entry: ustar, GNU and pax forms. A number or checksum that cannot be is a fault. */

export const BLOCK = 512

export interface TarHeader {
  name: string
  mode: number
  size: number
  type: string
  linkName: string
  /** A sparse file in GNU's old form, whose map goes on in the blocks that follow. */
  hasMoreMap: boolean
}

export class TarFault extends Error {
  override name = 'TarFault'
}

export function isEmptyBlock(block: Buffer): boolean {
  return block.every((byte) => byte === 0)
}

export function readHeader(block: Buffer): TarHeader {
  requireChecksum(block)
  const isUstar = block.toString('latin1', 257, 262) === 'ustar'
  const isGnu = block.toString('latin1', 257, 265) === 'ustar  \0'
  const prefix = isUstar && !isGnu ? textAt(block, 345, 155) : ''
  const name = textAt(block, 0, 100)
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberAt(block, 100, 8),
    size: numberAt(block, 124, 12),
    type: String.fromCharCode(block[156] ?? 0).replace('\0', '0'),
    linkName: textAt(block, 157, 100),
    hasMoreMap: block[156] === 0x53 && block[482] === 1,
  }
}

function requireChecksum(block: Buffer): void {
  const stored = numberAt(block, 148, 8)
  let unsigned = 0
  let signed = 0
  for (let at = 0; at < BLOCK; at += 1) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0)
    unsigned += byte
    signed += byte > 127 ? byte - 256 : byte
  }
  if (stored !== unsigned && stored !== signed) throw new TarFault('a header whose checksum is not right')
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end < 0 ? length : end)
}

/** Octal digits, or, with the highest bit set, the number itself. */
function numberAt(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f
    for (let offset = 1; offset < length; offset += 1) value = value * 256 + (block[at + offset] ?? 0)
    if (!Number.isSafeInteger(value)) throw new TarFault('a number that cannot be')
    return value
  }
  const digits = textAt(block, at, length).trim()
  if (!/^[0-7]*$/.test(digits)) throw new TarFault('a number that is none')
  return Number.parseInt(digits === '' ? '0' : digits, 8)
}

/** `27 path=…\n`, one after the other; the length counts itself. */
export function readPax(data: Buffer): Map<string, string> {
  const records = new Map<string, string>()
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at)
    const length = Number(data.toString('latin1', at, space < 0 ? at : space))
    if (!Number.isInteger(length) || length < 5 || at + length > data.length)
      throw new TarFault('a pax record that is none')
    const record = data.toString('utf8', space + 1, at + length - 1)
    const equals = record.indexOf('=')
    if (equals < 1) throw new TarFault('a pax record without a name')
    records.set(record.slice(0, equals), record.slice(equals + 1))
    at += length
  }
  return records
}
