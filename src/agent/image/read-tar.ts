/**
 * A tar archive, entry by entry, as its bytes come: nothing of it is held whole, and what it says of itself is bounded
 * before it is believed. What cannot be read ends the reading with a `TarFault`; what was read until then counts.
 */
import { BLOCK, isEmptyBlock, readHeader, readPax, TarFault, type TarHeader } from './tar-header.ts'

export interface TarEntry {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly size: number
  readonly linkName: string
  readonly hasCapabilities: boolean
  /** Of its content in the archive. */
  readonly offset: number
}

export interface Sink {
  push(piece: Buffer): void
  finish(): void
}

/** Returns where the content goes, or null where nobody wants it. */
export type Visit = (entry: TarEntry) => Sink | null

const EXTENSION_LIMIT = 1024 * 1024
/** More than the largest image that anybody ships. */
const ENTRIES_LIMIT = 1_000_000

export async function readTar(chunks: AsyncIterable<Buffer>, visit: Visit): Promise<void> {
  const reader = new TarReader(visit)
  for await (const chunk of chunks) {
    reader.push(chunk)
    if (reader.isAtEnd) return
  }
  reader.finish()
}

/** What stands before an entry and changes it: pax records, GNU's long names. */
interface Extension {
  readonly type: string
  readonly data: Buffer[]
}

class TarReader {
  readonly #visit: Visit
  #waiting: Buffer = Buffer.alloc(0)
  #offset = 0
  #entries = 0
  #left = 0
  #padding = 0
  #sink: Sink | null = null
  #extension: Extension | null = null
  #pax = new Map<string, string>()
  #globalPax = new Map<string, string>()
  #mapHeader: TarHeader | null = null
  isAtEnd = false

  constructor(visit: Visit) {
    this.#visit = visit
  }

  push(chunk: Buffer): void {
    let rest = this.#waiting.length === 0 ? chunk : Buffer.concat([this.#waiting, chunk])
    while (rest.length > 0 && !this.isAtEnd) {
      const taken = this.#left > 0 ? this.#takeContent(rest) : this.#takeBlock(rest)
      if (taken === 0) break
      this.#offset += taken
      rest = rest.subarray(taken)
    }
    this.#waiting = rest
  }

  finish(): void {
    if (this.#offset === 0 && this.#waiting.length === 0) throw new TarFault('nothing at all')
    if (this.#left > 0 || this.#padding > 0 || this.#waiting.length > 0)
      throw new TarFault(`it ends too early, after ${this.#offset + this.#waiting.length} bytes`)
    // Without the empty blocks at its end, but whole: some writers leave them out.
  }

  #takeContent(rest: Buffer): number {
    const piece = rest.subarray(0, this.#left)
    this.#extension?.data.push(Buffer.from(piece))
    this.#sink?.push(piece)
    this.#left -= piece.length
    if (this.#left === 0) this.#endContent()
    return piece.length
  }

  #endContent(): void {
    this.#sink?.finish()
    this.#sink = null
    if (this.#extension === null) return
    const { type, data } = this.#extension
    this.#extension = null
    const whole = Buffer.concat(data)
    if (type === 'x') this.#pax = new Map([...this.#pax, ...readPax(whole)])
    else if (type === 'g') this.#globalPax = new Map([...this.#globalPax, ...readPax(whole)])
    else this.#pax.set(type === 'L' ? 'path' : 'linkpath', whole.toString('utf8').replace(/\0.*$/s, ''))
  }

  #takeBlock(rest: Buffer): number {
    if (this.#padding > 0) {
      const skipped = Math.min(this.#padding, rest.length)
      this.#padding -= skipped
      return skipped
    }
    if (rest.length < BLOCK) return 0
    const block = rest.subarray(0, BLOCK)
    if (this.#mapHeader !== null) {
      if (block[504] !== 1) this.#begin(this.#mapHeader, BLOCK)
    } else if (isEmptyBlock(block)) this.isAtEnd = true
    else this.#takeHeader(readHeader(block))
    return BLOCK
  }

  #takeHeader(header: TarHeader): void {
    this.#entries += 1
    if (this.#entries > ENTRIES_LIMIT) throw new TarFault(`more than ${ENTRIES_LIMIT} entries`)
    if (!'xgLK'.includes(header.type)) {
      if (header.hasMoreMap) this.#mapHeader = header
      else this.#begin(header, BLOCK)
      return
    }
    if (header.size > EXTENSION_LIMIT) throw new TarFault(`a header of ${header.size} bytes`)
    this.#extension = { type: header.type, data: [] }
    this.#expect(header.size)
  }

  #begin(header: TarHeader, headerBytes: number): void {
    this.#mapHeader = null
    const said = (key: string) => this.#pax.get(key) ?? this.#globalPax.get(key)
    const size = said('size') === undefined ? header.size : Number(said('size'))
    if (!Number.isSafeInteger(size) || size < 0) throw new TarFault('a size that cannot be')
    const entry: TarEntry = {
      name: said('GNU.sparse.name') ?? said('path') ?? header.name,
      type: header.type,
      mode: header.mode,
      // Links and devices have no content, whatever their header says.
      size: '123456'.includes(header.type) ? 0 : size,
      linkName: said('linkpath') ?? header.linkName,
      hasCapabilities: said('SCHILY.xattr.security.capability') !== undefined,
      offset: this.#offset + headerBytes,
    }
    this.#pax = new Map()
    this.#sink = this.#visit(entry)
    this.#expect(entry.size)
  }

  #expect(size: number): void {
    this.#left = size
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK
    if (size === 0) this.#endContent()
  }
}
