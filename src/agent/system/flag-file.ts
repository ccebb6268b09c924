/**
 * Reads a file that anybody may have put there. Everything is asked of the open descriptor, never of the name,
 * so nothing can be exchanged in between; and opening neither follows a link nor waits for a FIFO's writer.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { EpochMs } from '#domain/time.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readUpTo } from './bounded-read.ts'

export const FLAG_BYTES_LIMIT = 64 * 1024

export type FlagReading =
  | { kind: 'flag'; content: Uint8Array; ownerUid: number; writtenAt: EpochMs }
  | { kind: 'refused'; reason: FlagFault; ownerUid: number | null }
  | { kind: 'gone' }

export type FlagFault =
  | 'symbolic_link'
  | 'not_a_regular_file'
  | 'owner_not_allowed'
  | 'too_large'
  | 'unreadable'

/**
 * Writers should rename or link a finished file, but some write in place: right after its creation such a flag
 * is empty, and an empty flag means something. A young empty one gets this long to be filled.
 */
const FILLING_MS = 200
const FILLING_LOOK_MS = 20

/** `allowedUids` null: whose it is does not matter, for nothing is done for it. */
export async function readFlagFile(
  path: string,
  allowedUids: readonly number[] | null,
): Promise<FlagReading> {
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    return refusedToOpen(errorCode(error))
  }
  try {
    return await readOpen(file, allowedUids)
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    // The system could not read it (a bad disk, a network file system): then it is no flag.
    return { kind: 'refused', reason: 'unreadable', ownerUid: null }
  } finally {
    closeSync(file)
  }
}

function refusedToOpen(code: string): FlagReading {
  if (code === 'ENOENT') return { kind: 'gone' }
  if (code === 'ELOOP') return { kind: 'refused', reason: 'symbolic_link', ownerUid: null }
  // A socket, or a device without a driver.
  if (code === 'ENXIO') return { kind: 'refused', reason: 'not_a_regular_file', ownerUid: null }
  return { kind: 'refused', reason: 'unreadable', ownerUid: null }
}

async function readOpen(file: number, allowedUids: readonly number[] | null): Promise<FlagReading> {
  const stat = fstatSync(file)
  const { uid: ownerUid, mtimeMs: writtenAt, size } = stat
  const refused = (reason: FlagFault): FlagReading => ({ kind: 'refused', reason, ownerUid })
  if (!stat.isFile()) return refused('not_a_regular_file')
  if (allowedUids?.includes(ownerUid) === false) return refused('owner_not_allowed')
  if (size > FLAG_BYTES_LIMIT) return refused('too_large')

  const content = await readFilled(file, writtenAt)
  return content === null ? refused('too_large') : { kind: 'flag', content, ownerUid, writtenAt }
}

async function readFilled(file: number, writtenAt: EpochMs): Promise<Uint8Array | null> {
  for (let waited = 0; ; waited += FILLING_LOOK_MS) {
    const content = readUpTo(file, FLAG_BYTES_LIMIT)
    const isYoung = Math.abs(Date.now() - writtenAt) < FILLING_MS
    if (content === null || content.length > 0 || !isYoung || waited >= FILLING_MS) return content
    await pause(FILLING_LOOK_MS)
  }
}
