import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import type { PidFile } from '#agent/ports/target-processes.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { stampText } from './file-stamp.ts'

const PID_FILE_BYTES = 64
/** The highest number that the kernel gives. */
const PID_LIMIT = 2 ** 22

/**
 * Synchronous, and so done in 0.02 ms also where the machine is busy; whatever may lie in its place (a FIFO, a file
 * without end), nothing waits for it.
 */
export function readPidFile(path: string): PidFile {
  try {
    const { text, stamp } = read(path)
    const pid = /^\s*\d{1,10}\s*$/.test(text) ? Number(text) : 0
    if (pid >= 1 && pid <= PID_LIMIT) return { kind: 'pid', pid, stamp }
    return { kind: 'unreadable', detail: `${path} does not hold a process number` }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'missing' }
    return { kind: 'unreadable', detail: `${path} cannot be read (${errorCode(error)})` }
  }
}

/** One byte more than a pid file has, so that a longer one is not taken for what its beginning says. */
function read(path: string): { text: string; stamp: string } {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    const buffer = Buffer.alloc(PID_FILE_BYTES + 1)
    const length = readSync(file, buffer, 0, buffer.length, 0)
    const text = length > PID_FILE_BYTES ? '' : buffer.toString('latin1', 0, length)
    return { text, stamp: stampText(fstatSync(file, { bigint: true })) }
  } finally {
    closeSync(file)
  }
}
