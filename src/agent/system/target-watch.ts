/**
 * Between the watchdog's looks: a glance at what changes when something happens to the target. It decides nothing,
 * it only asks for a look, so whatever it misses costs time alone.
 *
 * A few small reads in place, nearly all on descriptors that are held. What costs is to wake up at all: 0.2 to 0.3 ms,
 * and so half as often is half the cost of the watchdog at rest.
 */
import type { DurationMs } from '#domain/time.ts'
import { stampOf } from './file-stamp.ts'
import { Lifeline } from './lifeline.ts'
import { readPidFile } from './pid-file.ts'
import type { ProcStat } from './proc-stat.ts'
import { ProcessHandle } from './process-handle.ts'

/** A dead master is to be noticed within 250 ms without any help of its own (WD6). */
const GLANCE_MS: DurationMs = 200
/** A FIFO that comes late is listened to within a second; until then its master's end is seen at a glance. */
const GLANCES_EACH_ARMING = 5

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
  #file: string | null = null
  #master: ProcessHandle | null = null
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
    const workers = crewOf(stat, this.#master)
    if (workers === this.#workers) return null
    this.#workers = workers
    return 'workers'
  }

  close(): void {
    this.#master?.close()
    this.#master = null
  }

  #hold(): void {
    this.close()
    const file = readPidFile(this.#pidFile)
    // Replaced meanwhile, or no pid: the next glance meets the next file.
    if (file.kind !== 'pid') return
    this.#master = ProcessHandle.open(file.pid)
    const stat = this.#master?.read() ?? null
    this.#workers = this.#master === null || stat === null ? '' : crewOf(stat, this.#master)
  }
}

/** Another text where another child has ended, or been started. */
function crewOf({ reapedFaults }: ProcStat, master: ProcessHandle): string {
  return `${reapedFaults} ${master.children().join(' ')}`
}
