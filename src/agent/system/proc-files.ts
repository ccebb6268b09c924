/** What /proc tells of a process by its number; what may not be read, or is gone, is empty or -1. */
import { readlinkSync } from 'node:fs'
import { readlink } from 'node:fs/promises'
import { readTextUpTo } from './bounded-read.ts'

/** A command line, or an environment, longer than this is not looked at: it is none of gunicorn's. */
const TEXT_BYTES = 256 * 1024

export function exeOf(pid: number): string {
  try {
    // An interpreter that was upgraded on disk while it runs is still the one that was started.
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
  } catch {
    // Gone, or not ours to see.
    return ''
  }
}

export async function directoryOf(pid: number): Promise<string> {
  return readlink(`/proc/${pid}/cwd`).catch(() => '')
}

export async function wordsOf(pid: number, name: 'cmdline' | 'environ'): Promise<string[]> {
  const text = (await readTextUpTo(`/proc/${pid}/${name}`, TEXT_BYTES).catch(() => null)) ?? ''
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

export interface ProcStatus {
  readonly uid: number
  readonly gid: number
  /** Beside the one above. */
  readonly groups: readonly number[]
  readonly rssBytes: number
}

export async function statusOf(pid: number): Promise<ProcStatus> {
  const text = (await readTextUpTo(`/proc/${pid}/status`, TEXT_BYTES).catch(() => null)) ?? ''
  // Real, effective, saved, file system: what it may do is told by the second.
  const uid = /^Uid:\t\d+\t(\d+)/m.exec(text)?.[1]
  const gid = /^Gid:\t\d+\t(\d+)/m.exec(text)?.[1]
  const rssKiB = /^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]
  const groups = /^Groups:\t([\d ]*)/m.exec(text)?.[1]?.trim() ?? ''
  return {
    uid: Number(uid ?? -1),
    gid: Number(gid ?? -1),
    groups: groups === '' ? [] : groups.split(' ').map(Number),
    rssBytes: Number(rssKiB ?? 0) * 1024,
  }
}
