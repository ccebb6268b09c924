/**
 * The process table: the target's master and its workers as gunicorn runs them, the service manager that starts a
 * dead master again, and strangers that are given a number which was somebody else's before.
 */
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { MasterSighting, MasterSignal, PidFile } from '#agent/ports/target-processes.ts'
import type { Random } from './random.ts'
import type { Timeline } from './timeline.ts'
import type { WorldClock } from './world-clock.ts'

export const TARGET_UID = 33
export const TARGET_PREFIX = '/opt/env'
const PYTHON = `${TARGET_PREFIX}/bin/python3.11`
const GUNICORN = [PYTHON, `${TARGET_PREFIX}/bin/gunicorn`]

export interface Process {
  readonly pid: number
  readonly startTicks: number
  readonly boot: string
  readonly startedAt: number
  readonly role: 'master' | 'worker' | 'stranger'
  readonly exe: string
  readonly uid: number
  readonly cmdline: readonly string[]
  isAlive: boolean
  /** Of a master: before this a SIGHUP ends it, since no handler is installed. */
  handlersAt: number
  workers: Process[]
  /** Set while the master that it replaces is still there. */
  upgradeOf: Process | null
  rssBytes: number
  /** Grows with each child that it has waited for. */
  reaped: number
}

/** Longer than this a hook takes none of those that are simulated: the watchdog gives a master a second. */
const HELPED_MS = 900

/** What stands in the pid file; each time that it is written it is another file. */
export type PidFileContent = PidFile extends infer File
  ? File extends { readonly stamp: string }
    ? Omit<File, 'stamp'>
    : File
  : never

/** Each breaks one rule of WD8 and keeps all others. */
export const STRANGERS = [
  'other_prefix',
  'other_user',
  'other_program',
  'a_worker',
  'older_children',
] as const
export type Stranger = (typeof STRANGERS)[number] | 'twin'

export class WorldProcesses {
  readonly #clock: WorldClock
  readonly #random: Random
  readonly #timeline: Timeline
  readonly table = new Map<number, Process>()
  #pidFile: PidFileContent = { kind: 'missing' }
  #pidFileWrites = 0
  /** Of each number that the pid file has named, when it did so last. */
  readonly #namedUntil = new Map<number, number>()
  /** The target's own, as its service manager knows it. */
  master: Process | null = null
  workerCount = 2
  gracefulTimeoutS = 1
  /** Whether the application can be imported; new workers of a broken one end their master. */
  isAppBroken = false
  importMs = 30
  /** Until workers are there and signals are handled, at a slow start. */
  slowStartMs = 0
  ignoresHup = false
  /** Old workers go on with a request for this long. */
  lingerMs = 20
  /** Since when workers end at boot, again and again. */
  bootLoopSince: number | null = null
  /** Workers that are started from now on do: those that run are of the release before. */
  diesAtBoot = false
  /** A hook of its configuration forks a child that looks like a worker, before any signal is handled. */
  forksHelper = false
  restartsByItself = true
  /** Called at each start of workers: what a restart heals is healed. */
  onFreshWorkers: () => void = () => undefined
  #nextPid = 100

  constructor(clock: WorldClock, random: Random, timeline: Timeline) {
    this.#clock = clock
    this.#random = random
    this.#timeline = timeline
  }

  get pidFile(): PidFileContent {
    return this.#pidFile
  }

  readPidFile(): PidFile {
    const content = this.#pidFile
    return content.kind === 'pid' ? { ...content, stamp: String(this.#pidFileWrites) } : content
  }

  set pidFile(content: PidFileContent) {
    this.#pidFileWrites += 1
    if (this.#pidFile.kind === 'pid') this.#namedUntil.set(this.#pidFile.pid, this.#clock.now)
    this.#pidFile = content
  }

  isNamed(pid: number): boolean {
    return this.#pidFile.kind === 'pid' && this.#pidFile.pid === pid
  }

  /** How long ago the pid file named it last. */
  unnamedForMs({ pid }: Process): number {
    if (this.isNamed(pid)) return 0
    return this.#clock.now - (this.#namedUntil.get(pid) ?? Number.NEGATIVE_INFINITY)
  }

  /** As the service manager starts it; `pid`: the kernel may give the same number again. */
  startMaster({ pid = this.#newPid(), ageMs = 0 } = {}): Process {
    const process = this.#add(pid, 'master', ageMs)
    const boot = Math.max(this.slowStartMs, this.#random.between(100, 900))
    process.handlersAt = process.startedAt + boot
    this.master = process
    this.pidFile = { kind: 'pid', pid }
    if (ageMs > boot) {
      this.#spawnWorkers(process, ageMs - boot)
      return process
    }
    if (this.forksHelper && boot < HELPED_MS) process.workers = [this.#add(this.#newPid(), 'stranger', 0)]
    this.#later(boot + this.importMs, 'the master has started its workers', process, () => {
      for (const helper of process.workers) this.#endWorker(process, helper)
      this.#spawnWorkers(process)
    })
    return process
  }

  /** SIGKILL from somewhere, or its own end. The pid file stays. */
  killMaster({ restartAfterMs = null as number | null } = {}): number | null {
    const { master } = this
    if (master === null) return null
    for (const worker of master.workers) this.#end(worker)
    this.#end(master)
    // In an upgrade the other of the two goes on.
    const successor = [...this.table.values()].find(({ upgradeOf }) => upgradeOf === master)
    const predecessor = master.upgradeOf?.isAlive === true ? master.upgradeOf : null
    const heir = successor ?? predecessor
    this.master = heir
    if (heir !== null) {
      heir.upgradeOf = null
      this.pidFile = { kind: 'pid', pid: heir.pid }
    } else if (restartAfterMs !== null) {
      this.scheduleStart(restartAfterMs)
    }
    return master.pid
  }

  scheduleStart(afterMs: number): void {
    this.#timeline.add(this.#clock.now + afterMs, 'the service manager starts the master', () => {
      if (this.master !== null) return
      // Now and then the number that the one before had: small number spaces, as in containers, do that.
      const stale = this.pidFile.kind === 'pid' ? this.pidFile.pid : null
      const isFree = stale !== null && !this.table.has(stale)
      this.startMaster(isFree && this.#random.chance(0.3) ? { pid: stale } : {})
    })
  }

  /** A process that has nothing to do with the target gets a number that is free. */
  giveNumber(pid: number, kind: Stranger): Process | null {
    if (this.table.has(pid)) return null
    const process = this.#add(pid, 'stranger', 0, strangerTraits(kind))
    process.handlersAt = process.startedAt
    if (kind !== 'other_program') {
      const child = this.#add(this.#newPid(), 'stranger', kind === 'older_children' ? 60_000 : 0)
      process.workers = [child]
    }
    return process
  }

  endStranger(process: Process): void {
    for (const worker of process.workers) this.#end(worker)
    this.#end(process)
  }

  /** USR2: the successor is a child of its predecessor until that one ends. */
  beginUpgrade(switchesPidFile: boolean): void {
    const old = this.master
    if (old === null) return
    const before = this.pidFile
    const successor = this.startMaster()
    successor.upgradeOf = old
    if (!switchesPidFile) {
      this.master = old
      this.pidFile = before
    }
  }

  /** The predecessor ends, or the successor does. */
  endUpgrade(succeeds: boolean): void {
    const successor = [...this.table.values()].find(({ upgradeOf }) => upgradeOf !== null)
    const old = successor?.upgradeOf ?? null
    if (successor === undefined || old === null) return
    const [winner, loser] = succeeds ? [successor, old] : [old, successor]
    for (const worker of loser.workers) this.#end(worker)
    this.#end(loser)
    winner.upgradeOf = null
    this.master = winner.isAlive ? winner : null
    if (winner.isAlive) this.pidFile = { kind: 'pid', pid: winner.pid }
  }

  isUpgrading(): boolean {
    return [...this.table.values()].some(({ upgradeOf }) => upgradeOf !== null)
  }

  killWorker(): void {
    const { master } = this
    const worker = master?.workers[0]
    if (master === null || worker === undefined) return
    this.#endWorker(master, worker)
    this.#later(this.#random.between(20, 1000), 'a worker is started again', master, () =>
      this.#topUp(master),
    )
  }

  /** The master lives, and starts no workers until it is told to. */
  loseWorkers(): void {
    for (const worker of this.master?.workers ?? []) this.#end(worker)
    if (this.master !== null) this.master.workers = []
  }

  deliver(receiver: Process, signal: MasterSignal): void {
    if (receiver.role === 'master') this.#receive(receiver, signal)
  }

  /** Somebody else's `kill -HUP`, or a deploy. */
  reloadBySomebody(): void {
    if (this.master !== null && this.#clock.now >= this.master.handlersAt)
      this.#receive(this.master, 'SIGHUP')
  }

  hasServingWorker(): boolean {
    const workers = this.master?.workers ?? []
    return this.bootLoopSince === null && workers.some(({ isAlive, role }) => isAlive && role === 'worker')
  }

  losePower(isRuntimeInMemory: boolean): void {
    for (const process of this.table.values()) process.isAlive = false
    this.table.clear()
    this.master = null
    if (isRuntimeInMemory) this.pidFile = { kind: 'missing' }
  }

  sight(process: Process): MasterSighting {
    if (process === this.master && this.bootLoopSince !== null && process.workers.length > 0)
      this.#churnWorkers(process)
    return {
      identity: identityOf(process),
      uid: process.uid,
      cmdline: process.cmdline,
      cwd: '/srv',
      ageMs: this.#clock.now - process.startedAt,
      upgradeOf: process.upgradeOf?.isAlive === true ? process.upgradeOf.pid : null,
      forkOf: this.#parentOf(process)?.pid ?? null,
      workers: process.workers.map(({ pid, startTicks, startedAt, rssBytes }) => ({
        pid,
        startTicks,
        ageMs: this.#clock.now - startedAt,
        rssBytes,
      })),
      reaped: process.reaped,
    }
  }

  /** Where it is a fork: a worker has its master's command line. */
  #parentOf(process: Process): Process | null {
    if (process.role === 'master') return process.upgradeOf?.isAlive === true ? process.upgradeOf : null
    if (process.role === 'stranger') return null
    return [...this.table.values()].find(({ workers }) => workers.includes(process)) ?? null
  }

  #receive(master: Process, signal: MasterSignal): void {
    if (this.#clock.now < master.handlersAt) {
      this.#masterDies(master)
      return
    }
    if (this.ignoresHup) return
    if (this.isAppBroken && signal !== 'SIGTTOU') {
      this.#later(600, 'the master ends: its application cannot be imported', master, () =>
        this.#masterDies(master),
      )
      return
    }
    if (signal === 'SIGHUP') this.#reload(master)
    if (signal === 'SIGTTIN') {
      this.#later(this.importMs, 'one worker more', master, () => {
        master.workers = [...master.workers, this.#worker()]
      })
    }
    if (signal === 'SIGTTOU') {
      this.#later(this.lingerMs, 'one worker less', master, () => {
        const oldest = master.workers[0]
        if (oldest !== undefined && master.workers.length > 1) this.#endWorker(master, oldest)
      })
    }
  }

  #reload(master: Process): void {
    const old = master.workers
    if (this.#pidFile.kind === 'pid' && this.#pidFile.pid === master.pid) this.pidFile = this.#pidFile
    this.#later(this.importMs, 'new workers after a reload', master, () => {
      master.workers = [...master.workers, ...Array.from({ length: this.workerCount }, () => this.#worker())]
      this.#begunAnew()
    })
    this.#later(this.importMs + this.lingerMs, 'old workers end after a reload', master, () => {
      for (const worker of old) if (worker.isAlive) this.#endWorker(master, worker)
    })
  }

  #masterDies(master: Process): void {
    if (master !== this.master) {
      this.#end(master)
      return
    }
    this.killMaster({ restartAfterMs: this.restartsByItself ? this.#random.between(100, 5000) : null })
  }

  #topUp(master: Process): void {
    while (master.workers.length < this.workerCount) master.workers = [...master.workers, this.#worker()]
  }

  #spawnWorkers(master: Process, ageMs = 0): void {
    if (this.isAppBroken) {
      this.#masterDies(master)
      return
    }
    master.workers = Array.from({ length: this.workerCount }, () => this.#worker(ageMs))
    this.#begunAnew()
  }

  #begunAnew(): void {
    this.onFreshWorkers()
    if (this.diesAtBoot) this.bootLoopSince ??= this.#clock.now
  }

  /** At each look other workers, all of them young. */
  #churnWorkers(master: Process): void {
    for (const worker of master.workers) this.#endWorker(master, worker)
    master.workers = Array.from({ length: this.workerCount }, () => this.#worker(this.#random.between(0, 50)))
  }

  #worker(ageMs = 0): Process {
    return this.#add(this.#newPid(), 'worker', ageMs)
  }

  #add(pid: number, role: Process['role'], ageMs: number, traits: Partial<Process> = {}): Process {
    const process: Process = {
      pid,
      role,
      startTicks: this.#clock.ticks() - Math.floor(ageMs / 10),
      boot: this.#clock.boot,
      startedAt: this.#clock.now - ageMs,
      exe: PYTHON,
      uid: TARGET_UID,
      cmdline: [...GUNICORN, '--graceful-timeout', String(this.gracefulTimeoutS), 'app:app'],
      isAlive: true,
      handlersAt: 0,
      workers: [],
      upgradeOf: null,
      rssBytes: 50_000_000,
      reaped: 0,
      ...traits,
    }
    this.table.set(pid, process)
    return process
  }

  #end(process: Process): void {
    process.isAlive = false
    if (this.table.get(process.pid) === process) this.table.delete(process.pid)
  }

  #endWorker(master: Process, worker: Process): void {
    this.#end(worker)
    master.reaped += 1
    master.workers = master.workers.filter((other) => other !== worker)
  }

  #later(ms: number, name: string, master: Process, run: () => void): void {
    this.#timeline.add(this.#clock.now + ms, name, () => {
      if (master.isAlive) run()
    })
  }

  #newPid(): number {
    return this.#nextPid++
  }
}

/** What one watchdog process holds on to: the process that it sighted last, not its number (WD8). */
export class ProcessView {
  readonly #world: WorldProcesses
  #held: Process | null = null

  constructor(world: WorldProcesses) {
    this.#world = world
  }

  sight(pid: number): MasterSighting | null {
    if (this.#held?.pid !== pid || !this.#held.isAlive) this.#held = this.#world.table.get(pid) ?? null
    return this.#held === null ? null : this.#world.sight(this.#held)
  }

  holdsStill({ identity, workers, reaped }: MasterSighting): boolean {
    const held = this.#held
    if (held === null || !held.isAlive || !isProcess(held, identity)) return false
    const now = this.#world.sight(held)
    const isThere = ({ pid }: { pid: number }) => workers.some((worker) => worker.pid === pid)
    return now.reaped === reaped && now.workers.length === workers.length && now.workers.every(isThere)
  }

  /** The comparison and the signal are one moment: nothing comes in between. */
  check(identity: MasterIdentity): 'same' | 'gone' | 'other_process' {
    const { table } = this.#world
    const process = this.#held?.pid === identity.pid ? this.#held : table.get(identity.pid)
    if (process === undefined) return 'gone'
    if (!process.isAlive) return table.has(identity.pid) ? 'other_process' : 'gone'
    return isProcess(process, identity) ? 'same' : 'other_process'
  }
}

export function identityOf({ pid, startTicks, boot, exe }: Process): MasterIdentity {
  return { pid, start_ticks: startTicks, boot, exe }
}

export function isProcess(process: Process, { pid, start_ticks, boot, exe }: MasterIdentity): boolean {
  const { pid: number, startTicks, boot: itsBoot, exe: program } = process
  return number === pid && startTicks === start_ticks && itsBoot === boot && program === exe
}

function strangerTraits(kind: Stranger): Partial<Process> {
  switch (kind) {
    case 'other_prefix': {
      const exe = '/opt/env2/bin/python3.11'
      return { exe, cmdline: [exe, '/opt/env2/bin/gunicorn', 'other:app'] }
    }
    case 'other_user':
      return { uid: 1000 }
    case 'other_program':
      return { cmdline: [PYTHON, 'report.py'] }
    case 'a_worker':
      return { cmdline: ['gunicorn: worker [app]'] }
    case 'older_children':
    case 'twin':
      return {}
  }
}
