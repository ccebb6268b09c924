/**
 * A hold on one process, not on its number. A descriptor that is open on /proc/PID/stat belongs to the process
 * it was opened for: once that one has ended, reading gives ESRCH for ever, also when the number has been given
 * to another, and also when that other one started within the same clock tick (10 ms), where start times agree.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { rssBytesIn } from './proc-files.ts'
import { isEnded, parseStat } from './proc-stat.ts'
import type { ProcStat } from './proc-stat.ts'

/** One for all, since each reading is over before the next begins: a buffer for each is work for the collector. */
const LINE = Buffer.alloc(16_384)

export class ProcessHandle {
  readonly pid: number
  readonly #file: number
  /** Opened when it is first asked for, by number: whoever asks has just seen that it is still this process. */
  #statusFile: number | null = null
  #line = ''
  #stat: ProcStat | null = null

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
    try {
      const line = LINE.toString('latin1', 0, readSync(this.#file, LINE, 0, LINE.length, 0))
      if (line !== this.#line) this.#learn(line)
      return this.#stat
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
  }

  /** Exact, which the number of pages in its line is not on many processors. 0: it has ended. */
  rssBytes(): number {
    try {
      this.#statusFile ??= openSync(`/proc/${this.pid}/status`, 'r')
      const text = LINE.toString('latin1', 0, readSync(this.#statusFile, LINE, 0, LINE.length, 0))
      return rssBytesIn(text)
    } catch (error) {
      if (isGone(error)) return 0
      throw error
    }
  }

  close(): void {
    closeSync(this.#file)
    if (this.#statusFile !== null) closeSync(this.#statusFile)
  }

  /** A process at rest says the same again and again: that is not taken apart anew. */
  #learn(line: string): void {
    const stat = parseStat(line)
    this.#line = line
    this.#stat = stat === null || isEnded(stat) ? null : stat
  }
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH'
}
