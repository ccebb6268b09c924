/**
 * What /proc tells of a process by its number; what may not be read, or is gone, is empty or -1.
 *
 * Read in place: the kernel answers out of its own memory, and to hand each of the sixty files of one look to
 * another thread costs ten times as much as reading it (and gives the processor away where it is short).
 */
import { closeSync, openSync, readlinkSync, readSync } from 'node:fs'

/** A command line, or an environment, longer than this is not looked at: it is none of gunicorn's. */
const TEXT_BYTES = 256 * 1024

export function exeOf(pid: number): string {
  // An interpreter that was upgraded on disk while it runs is still the one that was started.
  return linkOf(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
}

export function directoryOf(pid: number): string {
  return linkOf(`/proc/${pid}/cwd`)
}

export function wordsOf(pid: number, name: 'cmdline' | 'environ'): string[] {
  const text = textOf(`/proc/${pid}/${name}`)
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

export interface ProcStatus {
  readonly uid: number
  readonly gid: number
  /** Beside the one above. */
  readonly groups: readonly number[]
}

export function statusOf(pid: number): ProcStatus {
  return statusIn(textOf(`/proc/${pid}/status`))
}

export function statusIn(text: string): ProcStatus {
  // Real, effective, saved, file system: what it may do is told by the second.
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(text)?.[1]
  const gid = /^Gid:\t\d+\t(\d+)/m.exec(text)?.[1]
  const groups = /^Groups:\t([\d ]*)/m.exec(text)?.[1]?.trim() ?? ''
  return {
    uid: Number(uid ?? -1),
    gid: Number(gid ?? -1),
    groups: groups === '' ? [] : groups.split(' ').map(Number),
  }
}

/** Out of the text of a status; 0: it has no memory any more. */
export function rssBytesIn(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return '' // gone, or not ours to see
  }
}

/** Nearly always enough; a longer text gets a buffer of its own. */
const PAGE = Buffer.alloc(16 * 1024)

function textOf(path: string): string {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    return readWhole(file, PAGE) ?? readWhole(file, Buffer.alloc(TEXT_BYTES + 1)) ?? ''
  } catch {
    return '' // it ended meanwhile
  } finally {
    closeSync(file)
  }
}

/** null: it does not fit in. The kernel gives all that there is at once, as far as there is room for it. */
function readWhole(file: number, into: Buffer): string | null {
  const bytes = readSync(file, into, 0, into.length, 0)
  return bytes < into.length ? into.toString('utf8', 0, bytes) : null
}
