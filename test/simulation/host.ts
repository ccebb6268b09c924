/**
 * The host on which it all happens: its clock, disks, processes and health, and what befalls them together. What
 * happens here is told as facts; nothing here knows what is promised.
 */
import type { PreflightAnswer } from '#agent/ports/preflight.ts'
import type { ServiceLook, ServiceManager } from '#agent/ports/service-manager.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import type { Fact } from './facts.ts'
import { profileOf, type Profile } from './profile.ts'
import { Random } from './random.ts'
import { Timeline } from './timeline.ts'
import { WorldClock } from './world-clock.ts'
import { JournalDisk, type JournalRecord } from './world-disk.ts'
import { RuntimeDirectory } from './world-flags.ts'
import { WorldHealth } from './world-health.ts'
import { ProcessLock } from './world-lock.ts'
import { WorldProcesses } from './world-processes.ts'

/** A watchdog process, as its host sees it. */
export interface HostedWatchdog {
  readonly id: number
  /** Whether it waits for that port of its world. */
  waitsFor(port: string): boolean
  kill(): void
  stop(reason: string): void
  wake(): void
  /** Somebody has written to the operators' journal. */
  nudge(): void
  /** It waits longer than it would. */
  delay(ms: number): void
}

/** What somebody may write once more. */
const FLAGS_REMEMBERED = 5

export class Host {
  readonly random: Random
  readonly profile: Profile
  readonly clock = new WorldClock()
  readonly timeline = new Timeline()
  readonly journal = new JournalDisk('watchdog')
  readonly operators = new JournalDisk('operators')
  readonly runtime: RuntimeDirectory
  readonly processes: WorldProcesses
  readonly health = new WorldHealth()
  readonly lock = new ProcessLock()
  readonly watchdogs: HostedWatchdog[] = []
  readonly lastFlags: string[] = []
  /** What happened in this step. */
  readonly facts: Fact[] = []
  /** How often each thing that is worth knowing happened at all. */
  readonly marks = new Map<string, number>()
  stateFile: string | null = null
  /** Rows that still fit; null: there is room. */
  diskRoom: number | null = null
  isRuntimeFull = false
  /** Whether there is a service manager for the target, and whether it obeys. */
  services: 'absent' | 'denies' | 'obeys'
  preflightState: 'works' | 'unavailable' = 'works'
  /** Nothing fails any more. */
  isQuiet = false
  /** Set by whoever runs the processes. */
  startWatchdog: () => void = () => undefined
  #ids = 0

  constructor(seed: number) {
    this.random = new Random(seed)
    this.profile = profileOf(this.random)
    this.runtime = new RuntimeDirectory(this.profile.isRuntimeInMemory)
    this.processes = new WorldProcesses(this.clock, this.random, this.timeline)
    this.services = this.random.pick(['absent', 'denies', 'obeys', 'obeys'])
    this.processes.gracefulTimeoutS = this.profile.gracefulTimeoutS
    this.processes.onFreshWorkers = () => this.health.freshWorkers()
    this.processes.forksHelper = this.random.chance(0.4)
    this.processes.startMaster({ ageMs: 3_600_000 })
    this.startWatchdogAfter(0)
  }

  tell(fact: Fact): void {
    this.facts.push(fact)
  }

  mark(name: string): void {
    this.marks.set(name, (this.marks.get(name) ?? 0) + 1)
  }

  newId(): string {
    return `00000000-0000-4000-8000-${String((this.#ids += 1)).padStart(12, '0')}`
  }

  /** Whether or not anybody was told. */
  areDurable(journal: 'watchdog' | 'operators', records: readonly JournalRecord[]): void {
    for (const record of records) {
      this.tell({ kind: 'row', journal, ...record })
      this.mark(markOf(record.row.event))
    }
  }

  takeDiskRoom(): boolean {
    if (this.diskRoom === null) return true
    if (this.diskRoom <= 0) return false
    this.diskRoom -= 1
    return true
  }

  failsFlush(): boolean {
    return !this.isQuiet && this.random.chance(this.profile.faultRates.error)
  }

  needRuntimeRoom(): void {
    if (this.isRuntimeFull) throw new Error('ENOSPC: no space left on device')
  }

  needStateRoom(): void {
    if (this.diskRoom !== null && this.diskRoom <= 0) throw new Error('ENOSPC: no space left on device')
  }

  /** Before that, times of a history that is still to be taken over are wall times alone. */
  hasHistory(): boolean {
    return this.journal.records.length > 0
  }

  remember(flag: string): void {
    this.lastFlags.push(flag)
    if (this.lastFlags.length > FLAGS_REMEMBERED) this.lastFlags.shift()
  }

  flagCame(): void {
    for (const watchdog of this.watchdogs) watchdog.wake()
  }

  /** All watchdogs, in the middle of whatever they do. */
  standStill(ms: number): void {
    for (const watchdog of this.watchdogs) watchdog.delay(ms)
  }

  suspend(ms: number): void {
    this.clock.suspend(ms)
    for (const watchdog of this.watchdogs) watchdog.delay(this.random.between(0, 5))
    this.tell({ kind: 'suspended' })
  }

  preflight(): PreflightAnswer {
    if (this.preflightState === 'unavailable') return { kind: 'unavailable', detail: 'another user' }
    return this.processes.isAppBroken ? { kind: 'failed', lastLines: 'ImportError' } : { kind: 'passed' }
  }

  lookAtService(): ServiceLook {
    if (this.services === 'absent') return { kind: 'unavailable', detail: 'the target is no unit' }
    const { master } = this.processes
    return {
      kind: 'available',
      mainPid: master?.pid ?? 0,
      hasFailed: this.processes.isAppBroken && master === null,
    }
  }

  restartService(): Awaited<ReturnType<ServiceManager['restart']>> {
    if (this.services !== 'obeys') return { kind: 'refused', detail: 'interactive authentication required' }
    const after = this.random.between(50, 3_000)
    if (this.processes.killMaster({ restartAfterMs: after }) === null) this.processes.scheduleStart(after)
    return { kind: 'begun' }
  }

  startWatchdogAfter(ms: number): void {
    this.timeline.add(this.clock.now + ms, 'the service manager starts the watchdog', () =>
      this.startWatchdog(),
    )
  }

  /** SIGKILL. */
  killWatchdog(watchdog: HostedWatchdog, awayMs = this.#restartDelay()): void {
    watchdog.kill()
    this.#settleRows('killed', this.journal, (disk) => disk.killWriter(this.random))
    this.tell({ kind: 'killed', by: watchdog.id })
    this.watchdogIsGone(watchdog, awayMs)
  }

  watchdogIsGone(watchdog: HostedWatchdog, awayMs = this.#restartDelay()): void {
    const place = this.watchdogs.indexOf(watchdog)
    if (place >= 0) this.watchdogs.splice(place, 1)
    this.lock.release(watchdog)
    this.startWatchdogAfter(awayMs)
  }

  /** Somebody else's restart is written down, and what follows from it is not yet. */
  isNewsAfoot(): boolean {
    const last = this.journal.records.at(-1)
    if (last?.row.event.type !== 'external_restart') return false
    return this.watchdogs.some((watchdog) => watchdog.id === last.by && !watchdog.waitsFor('pause'))
  }

  losePower(): void {
    for (const watchdog of this.watchdogs) {
      watchdog.kill()
      this.tell({ kind: 'killed', by: watchdog.id })
    }
    this.watchdogs.length = 0
    this.lock.free()
    this.timeline.clear()
    this.#settleRows('without power', this.journal, (disk) => disk.losePower(this.random))
    this.#settleRows('without power', this.operators, (disk) => disk.losePower(this.random))
    if (this.runtime.losePower(this.random, this.clock.now) > 0)
      this.mark('renames undone by a power failure')
    this.processes.losePower(this.profile.isRuntimeInMemory)
    this.#boot()
    this.tell({ kind: 'rebooted' })
    this.mark('power_failure')
  }

  /** What was being written together is there afterwards, or not. */
  #settleRows(
    how: 'killed' | 'without power',
    disk: JournalDisk,
    settle: (disk: JournalDisk) => readonly JournalRecord[],
  ): void {
    const { isMidWrite } = disk
    const kept = settle(disk)
    if (isMidWrite) this.mark(`row in flight, ${how}: ${kept.length === 0 ? 'lost' : 'kept'}`)
    this.areDurable(disk.name, kept)
  }

  #boot(): void {
    const { windowMs } = this.profile.rules.policy
    this.clock.reboot(this.random.pick([100, 5_000, windowMs * 1.2]))
    // A clock on a battery is rarely right to the second, and sometimes there is none.
    if (this.hasHistory() && this.random.chance(0.5)) {
      this.clock.setWallBy(this.random.pick([-86_400_000, -5_000, 5_000, 86_400_000]))
      this.mark('wall clock wrong after a boot')
    }
    this.processes.scheduleStart(this.random.between(500, 3_000))
    this.startWatchdogAfter(this.random.between(500, 5_000))
  }

  /** Now and then for longer than a window: the service manager had given up, and somebody came. */
  #restartDelay(): number {
    const { windowMs } = this.profile.rules.policy
    return this.random.chance(0.03) && !this.isQuiet ? windowMs * 1.1 : this.random.between(50, 3_000)
  }
}

/** Decisions and ends are told apart by their reasons. */
export function markOf(event: JournalEvent): string {
  switch (event.type) {
    case 'outcome':
    case 'request_ended':
    case 'guard_latched':
    case 'flag_rejected':
      return `${event.type}: ${event.reason}`
    case 'intent':
    case 'request_refused':
      return `${event.type}: ${event.decision.reason}`
    default:
      return event.type
  }
}
