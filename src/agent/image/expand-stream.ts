/** What is compressed, as its bytes, up to a bound: a few kilobytes may stand for more than any disk holds. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream'
import { createGunzip, createZstdDecompress } from 'node:zlib'

export interface Bounds {
  /** Of all that an archive becomes. */
  readonly expandedBytes: number
  /** How many times its size it may become, beyond what is harmless in any case. */
  readonly ratio: number
  readonly harmlessBytes: number
}

export const BOUNDS: Bounds = { expandedBytes: 8 * 1024 ** 3, ratio: 200, harmlessBytes: 256 * 1024 ** 2 }

export class TooLarge extends Error {
  override name = 'TooLarge'
}

/** A part of a file on the disk. */
export interface Part {
  readonly file: string
  readonly offset: number
  readonly size: number
}

type Compression = 'gzip' | 'zstd' | 'none'

export async function compressionOf({ file, offset }: Part): Promise<Compression> {
  const handle = await open(file)
  try {
    const head = Buffer.alloc(4)
    await handle.read(head, 0, 4, offset)
    if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
    return head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
  } finally {
    await handle.close()
  }
}

export async function* expanded(part: Part, bounds: Bounds): AsyncGenerator<Buffer> {
  if (part.size === 0) return
  const source = createReadStream(part.file, {
    start: part.offset,
    end: part.offset + part.size - 1,
    highWaterMark: 1024 * 1024,
  })
  const compression = await compressionOf(part)
  if (compression === 'none') {
    yield* source
    return
  }
  const expander = compression === 'gzip' ? createGunzip({ chunkSize: 256 * 1024 }) : createZstdDecompress()
  // Its fault is told by the reader below; without a listener here it would end the process.
  const stream = pipeline(source, expander, () => {})
  const limit = Math.min(bounds.expandedBytes, Math.max(bounds.harmlessBytes, part.size * bounds.ratio))
  let total = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > limit) throw new TooLarge(`${part.size} bytes become more than ${limit}`)
    yield chunk
  }
}
