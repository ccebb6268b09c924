/**
 * Reads of small files that others have written: never more than asked, whatever the file says of its size. In
 * place: they lie in memory, and what is read here is waited for anyway.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'

const FIRST_BYTES = 8 * 1024

/** Null when there is more: the file can have grown since its size was asked, and /proc says no size at all. */
export function readUpTo(file: number, limit: number): Uint8Array | null {
  // Most files are far below their limit, and room that nobody needs has to be wiped all the same.
  let buffer = Buffer.alloc(Math.min(limit + 1, FIRST_BYTES))
  for (let length = 0; length <= limit;) {
    if (length === buffer.length) {
      buffer = Buffer.concat([buffer, Buffer.alloc(Math.min(limit + 1 - length, length * 3))])
    }
    const bytes = readSync(file, buffer, length, buffer.length - length, length)
    if (bytes === 0) return Uint8Array.from(buffer.subarray(0, length))
    length += bytes
  }
  return null
}

/** The end of a file, which may grow meanwhile; `cut`: there is more before it. Throws for what is no file. */
export function readTail(path: string, limit: number): { text: string; cut: boolean } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const stats = fstatSync(file)
    if (!stats.isFile()) throw Object.assign(new Error('it is no regular file'), { code: 'ENOTREG' })
    const from = Math.max(0, stats.size - limit)
    const buffer = Buffer.alloc(Math.min(limit, stats.size))
    const bytes = readSync(file, buffer, 0, buffer.length, from)
    return { text: buffer.toString('utf8', 0, bytes), cut: from > 0 }
  } finally {
    closeSync(file)
  }
}

/** The text of a file, null when it is longer than that. Does not wait for a FIFO's writer. */
export function readTextUpTo(path: string, limit: number): string | null {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const bytes = readUpTo(file, limit)
    return bytes === null ? null : Buffer.from(bytes).toString('utf8')
  } finally {
    closeSync(file)
  }
}
