/**
 * The target's master in the process table (WD8). Sees and signals; whether what it sees is the right master
 * is decided elsewhere. What may not be read (another user's `exe`) is empty, and an empty one matches nothing.
 *
 * Two things tell a process from a later one with its number: the descriptor that was held since it was sighted,
 * and, without one, its start time. Start times agree only if the first lived for less than a clock tick, 10 ms;
 * a master that has been seen ready has not.
 *
 * Between the last comparison and the signal lie a few microseconds in which the master would have to end, be
 * reaped, and have its number go round all others to a new process. Only a pidfd closes even that, and Node has
 * no call for it.
 */
import { uptime } from 'node:os'
import type { MasterIdentity } from '#domain/journal/events.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type {
  MasterSighting,
  MasterSignal,
  PidFile,
  SignalAnswer,
  SignalledMaster,
  TargetProcesses,
  TargetSettings,
} from '#agent/ports/target-processes.ts'
import { errorCode } from '#agent/settings/read-json.ts'
import { isForkOf, upgradeParent } from './gunicorn-marks.ts'
import { KnownWorkers } from './known-workers.ts'
import { readPidFile } from './pid-file.ts'
import { directoryOf, exeOf, statusIn, wordsOf } from './proc-files.ts'
import { ageMs, bootId, type ProcStat } from './proc-stat.ts'
import { ProcessHandle } from './process-handle.ts'

export interface HeldTargetProcesses extends TargetProcesses {
  /** Part of each later sighting of this very process. */
  learn(identity: MasterIdentity, settings: TargetSettings): void
  close(): void
}

export function openTargetProcesses(pidFile: string): HeldTargetProcesses {
  return new RealTargetProcesses(pidFile)
}

class RealTargetProcesses implements HeldTargetProcesses {
  readonly #pidFile: string
  /** The process that was sighted last: a signal goes to this one and not to a later one that looks the same. */
  #held: ProcessHandle | null = null
  readonly #workers = new KnownWorkers()
  #learned: { readonly of: MasterIdentity; readonly settings: TargetSettings } | null = null

  constructor(pidFile: string) {
    this.#pidFile = pidFile
  }

  async readPidFile(): Promise<PidFile> {
    return this.#readPidFile()
  }

  #readPidFile(): PidFile {
    const file = readPidFile(this.#pidFile)
    if (file.kind === 'missing') return this.#successor()
    if (file.kind === 'pid' && file.pid === this.#workers.successor?.pid) this.#workers.forgetSuccessor()
    return file
  }

  async sight(pid: number): Promise<MasterSighting | null> {
    const sighted = this.#holdForSight(pid)
    if (sighted === null) return null
    const { handle, stat } = sighted

    const cmdline = wordsOf(pid, 'cmdline')
    const exe = exeOf(pid)
    const { startTicks, parentPid } = stat
    const sinceBoot = uptimeMs()
    const isFork = isForkOf(cmdline, wordsOf(parentPid, 'cmdline'))
    const identity: MasterIdentity = { pid, start_ticks: startTicks, boot: bootId(), exe }
    const sighting: MasterSighting = {
      identity,
      uid: statusIn(handle.status()).uid,
      cmdline,
      cwd: directoryOf(pid),
      ageMs: ageMs(startTicks, sinceBoot),
      upgradeOf: upgradeParent(wordsOf(pid, 'environ')) === parentPid ? parentPid : null,
      forkOf: isFork ? parentPid : null,
      workers: this.#workers.sight({ pid, cmdline }, handle.children(), sinceBoot),
      reaped: stat.reapedFaults,
      settings: this.#settingsOf(identity),
    }
    // What was read by number is only this process's if it is still there now.
    return handle.read() === null ? null : sighting
  }

  async holdsStill({ identity, workers, reaped }: MasterSighting): Promise<boolean> {
    const handle = this.#held?.pid === identity.pid ? this.#held : null
    const stat = handle?.read() ?? null
    if (handle === null || stat === null) return false
    if (stat.startTicks !== identity.start_ticks || stat.reapedFaults !== reaped) return false
    const children = handle.children()
    return children.length === workers.length && workers.every(({ pid }) => children.includes(pid))
  }

  async signal(
    identity: MasterIdentity,
    signal: MasterSignal,
    whom: SignalledMaster = 'begun_with',
  ): Promise<SignalAnswer> {
    const isHeld = this.#held?.pid === identity.pid
    const handle = isHeld ? this.#held : ProcessHandle.open(identity.pid)
    if (handle === null) return 'gone'
    try {
      // In the same turn: the machine may have stood still since the last look.
      if (whom === 'named' && !this.#isNamed(identity)) return 'not_named'
      return signalHeld(handle, identity, signal)
    } finally {
      if (!isHeld) handle.close()
    }
  }

  #isNamed({ pid }: MasterIdentity): boolean {
    const file = this.#readPidFile()
    return file.kind === 'pid' && file.pid === pid
  }

  learn(of: MasterIdentity, settings: TargetSettings): void {
    this.#learned = { of, settings }
  }

  close(): void {
    this.#letGo()
    this.#workers.close()
  }

  #letGo(): void {
    this.#held?.close()
    this.#held = null
  }

  /**
   * When the old master of an upgrade has ended, up to a second passes before its successor takes over the pid file.
   * Until then the successor's own file tells, and between its two files, of which it removes one before it writes the
   * other, that it was seen as the old one's child. While the old one lives it does not count.
   */
  #successor(): PidFile {
    const file = readPidFile(`${this.#pidFile}.2`)
    const seen = this.#workers.successor
    const pid = file.kind === 'pid' ? file.pid : seen?.pid
    const parentPid = file.kind === 'pid' ? parentOf(file.pid) : seen?.read()?.parentPid
    if (pid === undefined || parentPid === undefined) return { kind: 'missing' }
    const isAlone = upgradeParent(wordsOf(pid, 'environ')) !== parentPid
    // What it writes next, at its takeover, is no reload.
    return isAlone ? { kind: 'pid', pid, stamp: '' } : { kind: 'missing' }
  }

  #settingsOf(identity: MasterIdentity): TargetSettings | undefined {
    return this.#learned !== null && isSame(this.#learned.of, identity) ? this.#learned.settings : undefined
  }

  /**
   * Kept from sighting to sighting while its process lives; after that a sighting takes hold of whoever has the
   * number now. So a signal always meets the process that was sighted last, or finds it ended.
   */
  #holdForSight(pid: number): { handle: ProcessHandle; stat: ProcStat } | null {
    const known = this.#held?.pid === pid ? this.#held : null
    const now = known?.read() ?? null
    if (known !== null && now !== null) return { handle: known, stat: now }
    this.#letGo()
    this.#held = ProcessHandle.open(pid)
    const stat = this.#held?.read() ?? null
    return this.#held === null || stat === null ? null : { handle: this.#held, stat }
  }
}

function parentOf(pid: number): number | undefined {
  const handle = ProcessHandle.open(pid)
  const parentPid = handle?.read()?.parentPid
  handle?.close()
  return parentPid
}

/** No await in here: nothing of ours may come between the last look and the signal. */
function signalHeld(
  handle: ProcessHandle,
  identity: MasterIdentity,
  signal: MasterSignal,
): 'sent' | 'gone' | 'other_process' {
  const { pid } = identity
  const exe = exeOf(pid)
  const boot = bootId()
  const stat = handle.read()
  if (stat === null) return isSomebodyThere(pid) ? 'other_process' : 'gone'
  if (boot !== identity.boot || stat.startTicks !== identity.start_ticks) return 'other_process'
  // Without a program it is ending, or its program may not be read; then none was ever recorded of it.
  if (exe === '') return identity.exe === '' ? 'other_process' : 'gone'
  if (exe !== identity.exe) return 'other_process'
  try {
    process.kill(pid, signal)
    return 'sent'
  } catch (cause) {
    if (errorCode(cause) === 'ESRCH') return 'gone'
    throw new HoldfastProblem('signal_not_permitted', `${signal} to process ${pid} (${errorCode(cause)})`, {
      cause,
    })
  }
}

function isSomebodyThere(pid: number): boolean {
  const handle = ProcessHandle.open(pid)
  try {
    return handle !== null && handle.read() !== null
  } finally {
    handle?.close()
  }
}

/** Since boot, suspended time included. */
function uptimeMs(): DurationMs {
  return uptime() * 1_000
}
