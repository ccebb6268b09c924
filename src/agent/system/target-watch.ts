/**
 * Between the watchdog's looks: a glance at what changes when something happens to the target. It decides nothing,
 * it only asks for a look, so whatever it misses costs time alone.
 *
 * Four small reads in place, two of them on descriptors that are held. What costs is to wake up at all: 0.2 to 0.3 ms,
 * and so half as often is half the cost of the watchdog at rest.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { DurationMs } from '#domain/time.ts'
import { stampOf } from './file-stamp.ts'
import { Lifeline } from './lifeline.ts'
import { readPidFile } from './pid-file.ts'
import { ProcessHandle } from './process-handle.ts'

/** A dead master is to be noticed within 250 ms without any help of its own (WD6). */
const GLANCE_MS: DurationMs = 200
/** A FIFO that comes late is listened to within a second; until then its master's end is seen at a glance. */
const GLANCES_EACH_ARMING = 5
/** Some six hundred workers; the changes among more are seen at the next look. */
const CHILDREN_BYTES = 4_096

/** `master`: it ended, or the pid file was written or removed. `workers`: there are other children. */
export type TargetChange = 'master' | 'workers'

export interface TargetWatch {
  /** A whole look is as good as a glance: the next glance comes a whole pause after it. */
  looked(): void
  close(): void
}

export function watchTarget(pidFile: string, changed: (what: TargetChange) => void): TargetWatch {
  const glance = new Glance(pidFile)
  const lifeline = new Lifeline(pidFile, () => changed('master'))
  let glances = 0
  const look = (): TargetChange | null => {
    try {
      if (glances++ % GLANCES_EACH_ARMING === 0) lifeline.rearm()
      const what = glance.look()
      if (what === 'master') glances = 0
      return what
    } catch {
      return null // no descriptors left, or a /proc that may not be read: the looks at their own pace say so
    }
  }
  // What it finds first is no change.
  look()
  const timer = setInterval(() => {
    const what = look()
    if (what !== null) changed(what)
  }, GLANCE_MS)
  return {
    looked: () => void timer.refresh(),
    close: () => {
      clearInterval(timer)
      glance.close()
      lifeline.close()
    },
  }
}

class Glance {
  readonly #pidFile: string
  readonly #buffer = Buffer.alloc(CHILDREN_BYTES)
  #file: string | null = null
  #master: ProcessHandle | null = null
  #childrenFile: number | null = null
  #workers = ''

  constructor(pidFile: string) {
    this.#pidFile = pidFile
  }

  look(): TargetChange | null {
    const file = stampOf(this.#pidFile, 'isFile')
    if (file !== this.#file) {
      this.#file = file
      // While it is missing, the master that is held is still the one to watch: a reload replaces the file.
      if (file !== null) this.#hold()
      return 'master'
    }
    if (this.#master === null) return null
    const stat = this.#master.read()
    if (stat === null) {
      this.close()
      return 'master'
    }
    // A worker that dies at boot may come and go between two glances; then only its master tells.
    const workers = `${stat.reapedFaults} ${this.#readChildren()}`
    if (workers === this.#workers) return null
    this.#workers = workers
    return 'workers'
  }

  close(): void {
    this.#master?.close()
    this.#master = null
    if (this.#childrenFile !== null) closeSync(this.#childrenFile)
    this.#childrenFile = null
  }

  #hold(): void {
    this.close()
    const file = readPidFile(this.#pidFile)
    // Replaced meanwhile, or no pid: the next glance meets the next file.
    if (file.kind !== 'pid') return
    const { pid } = file
    this.#master = ProcessHandle.open(pid)
    if (this.#master === null) return
    try {
      // gunicorn's master has one thread, and so all its children on this list.
      this.#childrenFile = openSync(`/proc/${pid}/task/${pid}/children`, 'r')
    } catch {
      // It ended just now, or this kernel keeps no such list: the looks see the workers.
    }
    this.#workers = `${this.#master.read()?.reapedFaults} ${this.#readChildren()}`
  }

  #readChildren(): string {
    if (this.#childrenFile === null) return ''
    try {
      const length = readSync(this.#childrenFile, this.#buffer, 0, CHILDREN_BYTES, 0)
      return this.#buffer.toString('latin1', 0, length)
    } catch {
      return '' // it ended just now
    }
  }
}
