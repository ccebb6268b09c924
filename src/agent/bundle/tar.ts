/** A tar file (ustar) of a few regular files: what every system can unpack, and no more of the format than that. */
import type { EpochMs } from '#domain/time.ts'

export interface BundleFile {
  /** At most 100 bytes. */
  readonly name: string
  readonly content: Buffer
}

const BLOCK = 512

export function tarOf(files: readonly BundleFile[], at: EpochMs): Buffer {
  const blocks = files.flatMap(({ name, content }) => [
    headerOf(name, content.length, at),
    content,
    Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK),
  ])
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)])
}

function headerOf(name: string, size: number, at: EpochMs): Buffer {
  const header = Buffer.alloc(BLOCK)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  header.write(name, 0)
  header.write(`${octal(0o600, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100)
  header.write(`${octal(size, 11)}\0${octal(Math.floor(at / 1000), 11)}\0`, 124)
  // The sum is taken with blanks in its own place.
  header.write('        0', 148)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
  return header
}
