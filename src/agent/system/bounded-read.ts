/** Reads of what others have written: never more than asked, whatever the file says of its size. */
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'

/** Null when there is more: the file can have grown since its size was asked, and /proc says no size at all. */
export async function readUpTo(file: FileHandle, limit: number): Promise<Uint8Array | null> {
  const buffer = Buffer.alloc(limit + 1)
  let length = 0
  while (length < buffer.length) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length)
    if (bytesRead === 0) return Uint8Array.from(buffer.subarray(0, length))
    length += bytesRead
  }
  return null
}

/** The text of a file, null when it is longer than that. Does not wait for a FIFO's writer. */
export async function readTextUpTo(path: string, limit: number): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const bytes = await readUpTo(file, limit)
    return bytes === null ? null : Buffer.from(bytes).toString('utf8')
  } finally {
    await file.close()
  }
}
