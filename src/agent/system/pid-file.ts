import type { PidFile } from '#agent/ports/target-processes.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { readTextUpTo } from './bounded-read.ts'
import { stampOf } from './file-stamp.ts'

const PID_FILE_BYTES = 64
/** The highest number that the kernel gives. */
const PID_LIMIT = 2 ** 22

export function readPidFile(path: string): PidFile {
  // Before its content: where it is replaced in between, the next look finds another stamp, and looks closer.
  const stamp = stampOf(path, 'isFile') ?? ''
  let text: string | null
  try {
    text = readTextUpTo(path, PID_FILE_BYTES)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'missing' }
    return { kind: 'unreadable', detail: `${path} cannot be read (${errorCode(error)})` }
  }
  const pid = text !== null && /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0
  if (pid >= 1 && pid <= PID_LIMIT) return { kind: 'pid', pid, stamp }
  return { kind: 'unreadable', detail: `${path} does not hold a process number` }
}
