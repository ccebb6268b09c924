/**
 * A hold on one process, not on its number. A descriptor that is open on /proc/PID/stat belongs to the process
 * it was opened for: once that one has ended, reading gives ESRCH for ever, also when the number has been given
 * to another, and also when that other one started within the same clock tick (10 ms), where start times agree.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { isEnded, parseStat } from './proc-stat.ts'
import type { ProcStat } from './proc-stat.ts'

const STAT_BYTES = 2_048

export class ProcessHandle {
  readonly pid: number
  readonly #file: number

  private constructor(pid: number, file: number) {
    this.pid = pid
    this.#file = file
  }

  /** Null: there is no such process. */
  static open(pid: number): ProcessHandle | null {
    try {
      return new ProcessHandle(pid, openSync(`/proc/${pid}/stat`, 'r'))
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  /** Null: it has ended, whoever has its number now. */
  read(): ProcStat | null {
    const buffer = Buffer.alloc(STAT_BYTES)
    try {
      const stat = parseStat(buffer.toString('latin1', 0, readSync(this.#file, buffer, 0, STAT_BYTES, 0)))
      return stat === null || isEnded(stat) ? null : stat
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH'
}
