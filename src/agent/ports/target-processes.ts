import type { MasterIdentity } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'

/** Everything that one look at the process table says of the target's master. */
export interface MasterSighting {
  readonly identity: MasterIdentity
  readonly uid: number
  readonly cmdline: readonly string[]
  readonly cwd: string
  /** Age of the process, on the clock of its start. */
  readonly ageMs: DurationMs
  /** Set while a USR2 upgrade is under way: this master's parent is an older master. */
  readonly upgradeOf: number | null
  /** Its parent, where that has the same command line: then this is a worker of it, or its successor in an upgrade. */
  readonly forkOf: number | null
  readonly workers: readonly WorkerSighting[]
}

export interface WorkerSighting {
  readonly pid: number
  readonly startTicks: number
  readonly ageMs: DurationMs
  readonly rssBytes: number
}

export type PidFile =
  | { kind: 'missing' }
  | { kind: 'unreadable'; detail: string }
  | { kind: 'pid'; pid: number }

export type MasterSignal = 'SIGHUP' | 'SIGTTIN' | 'SIGTTOU'

export interface TargetProcesses {
  readPidFile(): Promise<PidFile>
  /** null: there is no such process. */
  sight(pid: number): Promise<MasterSighting | null>
  /**
   * Signals this very process and no later one with its pid: the identity is compared once more right
   * before, on a handle that follows the process and not the number.
   */
  signal(identity: MasterIdentity, signal: MasterSignal): Promise<'sent' | 'gone' | 'other_process'>
}
