/**
 * A hold on one process, not on its number. A descriptor that is open on /proc/PID/stat belongs to the process
 * it was opened for: once that one has ended, reading gives ESRCH for ever, also when the number has been given
 * to another, and also when that other one started within the same clock tick (10 ms), where start times agree.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { isEnded, parseStat } from './proc-stat.ts'
import type { ProcStat } from './proc-stat.ts'
import { childrenOf } from './processes.ts'

/** One for all, since each reading is over before the next begins: a buffer for each is work for the collector. */
const LINE = Buffer.alloc(16_384)

export class ProcessHandle {
  readonly pid: number
  readonly #file: number
  /**
   * Opened when they are first asked for, by number: whoever asks looks afterwards whether it is still this process. Only
   * what the kernel looks up at each reading: an `environ` that is held goes on to tell of the program before.
   */
  readonly #held = new Map<string, number>()
  #isClosed = false
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

  /** What it says of user and memory (proc-files.ts); '': it has ended, or is not held any more. */
  status(): string {
    return this.#textOf('status') ?? ''
  }

  /** As a gunicorn's master, with one thread, all its children stand on one list, where this kernel keeps such lists. */
  children(): readonly number[] {
    const list = this.read()?.threads === 1 ? this.#textOf(`task/${this.pid}/children`) : null
    if (list === null || list.length === LINE.length) return childrenOf(this.pid)
    return list === '' ? [] : list.trim().split(' ').map(Number)
  }

  close(): void {
    this.#isClosed = true
    for (const file of [this.#file, ...this.#held.values()]) closeSync(file)
  }

  /** Null: it is gone, or was never there. */
  #textOf(name: string): string | null {
    // By its number it would be whoever has it by then.
    if (this.#isClosed) return null
    try {
      const file = this.#held.get(name) ?? openSync(`/proc/${this.pid}/${name}`, 'r')
      this.#held.set(name, file)
      return LINE.toString('latin1', 0, readSync(file, LINE, 0, LINE.length, 0))
    } catch (error) {
      if (isGone(error)) return null
      throw error
    }
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
