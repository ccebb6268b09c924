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
  /** Another one whenever a child has ended and was waited for, seen before or not. */
  readonly reaped: number
  /** Since a preflight has told them; before that, the command line is all there is. */
  readonly settings?: TargetSettings | undefined
}

/** gunicorn's own settings, from wherever it has them, as it told them when it was asked. */
export interface TargetSettings {
  readonly gracefulTimeoutMs: DurationMs | null
  /** The master has imported the application for all its workers: a reload keeps the old code. */
  readonly preloads: boolean
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
  /**
   * `stamp`: another one each time the file was written, which gunicorn does at its start and at each reload; '' where
   * it is not known.
   */
  | { kind: 'pid'; pid: number; stamp: string }

export type MasterSignal = 'SIGHUP' | 'SIGTTIN' | 'SIGTTOU'

/** What was begun with a master is ended with it, whatever the pid file names by then. */
export type SignalledMaster = 'named' | 'begun_with'
export type SignalAnswer = 'sent' | 'gone' | 'other_process' | 'not_named'

export interface TargetProcesses {
  readPidFile(): Promise<PidFile>
  /** null: there is no such process. */
  sight(pid: number): Promise<MasterSighting | null>
  /** Whether this very process is still there, with the children that it had, and has waited for none since. */
  holdsStill(sighting: MasterSighting): Promise<boolean>
  /**
   * Signals this very process and no later one with its pid: the identity is compared once more right
   * before, on a handle that follows the process and not the number. `whom` 'named': only while the pid file names it.
   */
  signal(identity: MasterIdentity, signal: MasterSignal, whom?: SignalledMaster): Promise<SignalAnswer>
}
