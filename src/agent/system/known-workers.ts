/**
 * The workers of the master that is watched. Each is looked at closely once, and held: afterwards one read tells that
 * it is still there and still the same, which is all that four reads told before, once a second for each of them.
 */
import type { WorkerSighting } from '#agent/ports/target-processes.ts'
import type { DurationMs } from '#domain/time.ts'
import { isForkOf, upgradeParent } from './gunicorn-marks.ts'
import { rssBytesIn, wordsOf } from './proc-files.ts'
import { ageMs, type ProcStat } from './proc-stat.ts'
import { ProcessHandle } from './process-handle.ts'

export interface Master {
  readonly pid: number
  readonly cmdline: readonly string[]
}

interface Held {
  readonly handle: ProcessHandle
  /** Another one and it runs another program: a child looks like a worker until it does. */
  readonly name: string
}

export class KnownWorkers {
  #held = new Map<number, Held>()
  #successor: ProcessHandle | null = null

  /** Of these children of the master, those that are workers and still there. */
  sight(master: Master, children: readonly number[], uptime: DurationMs): WorkerSighting[] {
    this.#letGoOfAllBut(new Set(children))
    return children.flatMap((pid) => {
      const stat = this.#isStillOne(pid, master) ?? this.#hold(pid, master)
      if (stat === null) return []
      const handle = this.#held.get(pid)?.handle
      const { startTicks } = stat
      return [
        {
          pid,
          startTicks,
          ageMs: ageMs(startTicks, uptime),
          // Read when it is asked for: a restart does not wait for it. Not the number of pages in the line of its stat,
          // which is inexact on many processors.
          get rssBytes() {
            return rssBytesIn(handle?.status() ?? '')
          },
        },
      ]
    })
  }

  /** Of this master, in an upgrade; known until it is said to have taken over. */
  get successor(): ProcessHandle | null {
    return this.#successor
  }

  forgetSuccessor(): void {
    this.#successor?.close()
    this.#successor = null
  }

  close(): void {
    this.#letGoOfAllBut(new Set())
    this.forgetSuccessor()
  }

  /** Null: it is to be looked at closely. */
  #isStillOne(pid: number, master: Master): ProcStat | null {
    const held = this.#held.get(pid)
    const stat = held?.handle.read() ?? null
    return stat?.parentPid === master.pid && stat.name === held?.name ? stat : null
  }

  /** Null: it has ended, or it is a child but no worker: the successor in an upgrade, or a program that was run. */
  #hold(pid: number, { pid: master, cmdline }: Master): ProcStat | null {
    this.#letGo(pid)
    const handle = ProcessHandle.open(pid)
    const stat = handle?.read() ?? null
    const isChild = stat?.parentPid === master
    const isSuccessor = isChild && upgradeParent(wordsOf(pid, 'environ')) === master
    const isWorker = isChild && !isSuccessor && isForkOf(wordsOf(pid, 'cmdline'), cmdline)
    // What was read by number is only this process's if it is still there now.
    if (handle === null || stat === null || !(isWorker || isSuccessor) || handle.read() === null) {
      handle?.close()
      return null
    }
    if (isSuccessor) {
      this.forgetSuccessor()
      this.#successor = handle
      return null
    }
    this.#held.set(pid, { handle, name: stat.name })
    return stat
  }

  #letGoOfAllBut(children: ReadonlySet<number>): void {
    for (const pid of this.#held.keys()) if (!children.has(pid)) this.#letGo(pid)
  }

  #letGo(pid: number): void {
    this.#held.get(pid)?.handle.close()
    this.#held.delete(pid)
  }
}
