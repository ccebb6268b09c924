/**
 * The watchdog's world in memory, with the disk of the simulated ones. What is on it outlives a power failure:
 * journal rows, the flag and its claims. A failure is thrown by the port call with that number, and by every call
 * after it, until power is back.
 */
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import type { RestartFlag } from '#domain/schemas/restart-flag.ts'
import type { TargetHealth } from '#domain/schemas/health.ts'
import type { StateFile } from '#domain/schemas/state-file.ts'
import type { WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { TRIGGER_PRESETS } from '#domain/watchdog/triggers.ts'
import { TrafficTally } from '#agent/intake/traffic-tally.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { ServiceLook } from '#agent/ports/service-manager.ts'
import type { PreflightAnswer } from '#agent/ports/preflight.ts'
import type { MasterSighting, MasterSignal } from '#agent/ports/target-processes.ts'
import { begin } from '#agent/watchdog/begin.ts'
import type { Memory } from '#agent/watchdog/memory.ts'
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import { tick } from '#agent/watchdog/tick.ts'
import type { World } from '#agent/watchdog/world.ts'
import { JournalDisk } from '../../simulation/world-disk.ts'
import { FlagView, RuntimeDirectory } from '../../simulation/world-flags.ts'
import { ManualClock } from '../manual-clock.ts'

export class PowerFailure extends Error {}

export const RULES: WatchdogRules = {
  version: '0',
  contractVersion: '2026.11.1',
  policy: POLICY_PRESETS,
  master: { prefixes: ['/opt/env'], standIn: null, uid: 33, startGraceMs: 30_000 },
  triggers: TRIGGER_PRESETS,
  help: { poolWarning: 0.9, errorRatio: 0.05 },
  probeIntervalMs: 1000,
  requestTtlMs: 120_000,
  restartTimeoutMs: 40_000,
  judgeAfterMs: 3000,
  trustFlags: false,
  historyLimit: 50,
}

type EventOf<T extends JournalEvent['type']> = Extract<JournalEvent, { type: T }>

const MASTER: MasterSighting = {
  identity: { pid: 100, start_ticks: 5000, boot: 'boot', exe: '/opt/env/bin/python3.11' },
  uid: 33,
  cmdline: ['/opt/env/bin/python3.11', '/opt/env/bin/gunicorn', 'app:app'],
  cwd: '/srv',
  ageMs: 3_600_000,
  upgradeOf: null,
  forkOf: null,
  workers: [],
  reaped: 0,
}

const WELL = (at: EpochMs): SeenOutcome => ({
  kind: 'answered',
  health: null,
  httpStatus: 200,
  latencyMs: 1,
  at,
})

export class SimulatedWorld {
  readonly clock = new ManualClock()
  readonly #journal = new JournalDisk('watchdog')
  readonly #operators = new JournalDisk('operators')
  readonly signals: MasterSignal[] = []
  readonly #runtime = new RuntimeDirectory(false)
  readonly #flags = new FlagView(this.#runtime, () => `restart.flag.${String(this.calls).padStart(36, '0')}`)
  master: MasterSighting | null = MASTER
  /** As for a third of a millisecond at each reload. */
  pidFileIsAway = false
  pidFileWritten = 0
  health: SeenOutcome | null = null
  /** Of the requests that the agent counts, the share that fails at this moment; null: it counts none. */
  failing: number | null = null
  requestEveryMs = 10
  readonly #traffic = new TrafficTally(this.clock)
  /**
   * What else happens right before it claims, reads its journal or sights the master, where it may fail; while it
   * probes or waits; and whether a flag comes before the answer.
   */
  meanwhile: {
    claim?: () => void
    read?: () => void
    sight?: () => void
    probe?: () => void
    asks?: () => boolean
    sleep?: () => void
  } = {}
  preflight: PreflightAnswer = { kind: 'passed' }
  /** What a SIGHUP brings about. */
  onHup: 'replaces' | 'nothing' | 'ends_master' | 'leaves_it_ill' = 'replaces'
  /** Whether there is a service manager, and whether it obeys. */
  services: 'absent' | 'denies' | 'obeys' | 'fails' | 'runs_another' = 'absent'
  serviceRestarts = 0
  shown: Partial<WatchdogStatus> = {}
  stateFile: StateFile | null = null
  /** Of a deployment from before. */
  existing: string | null = null
  rules = RULES
  calls = 0
  failsAt = Number.POSITIVE_INFINITY
  memory: Memory | null = null
  #ids = 0
  #requests = 0
  #nextPid = 200

  constructor() {
    this.#replaceWorkers()
  }

  /** As a new process: nothing is known but what is on disk. */
  async start(): Promise<void> {
    this.failsAt = Number.POSITIVE_INFINITY
    this.memory = await begin(this.world(), this.rules)
  }

  /** One look, a probe interval after the last, or sooner, as where something woke it. */
  async tick(afterMs = this.rules.probeIntervalMs): Promise<void> {
    if (this.memory === null) await this.start()
    this.#pass(afterMs)
    if (this.memory !== null) await tick(this.world(), this.rules, this.memory)
  }

  async ticks(count: number): Promise<void> {
    for (let number = 0; number < count; number++) await this.tick()
  }

  raise(flag: RestartFlag | string, { ownerUid = 33, ageMs = 0 } = {}): void {
    const content = typeof flag === 'string' ? flag : JSON.stringify(flag)
    const writtenAt = this.clock.wallNow() - ageMs
    const file = { content, ownerUid, writtenAt, fault: null, authentic: null }
    this.#runtime.replace(file, this.clock.monotonicNow())
  }

  /** What a watchdog before this one had claimed. */
  leave(flag: RestartFlag): void {
    this.raise(flag)
    this.#runtime.take(`restart.flag.${'1'.repeat(36)}`, this.clock.monotonicNow())
  }

  /** What an authenticated person did, as the agent records it. */
  operator(event: JournalEvent): void {
    append(this.#operators, [event], this.#time())
  }

  get rows(): readonly JournalRow[] {
    return this.#journal.records.map(({ row }) => row)
  }

  get claims(): ReadonlyMap<string, unknown> {
    return this.#runtime.claims
  }

  events<T extends JournalEvent['type']>(type: T): EventOf<T>[] {
    return this.rows.map(({ event }) => event).filter((event): event is EventOf<T> => event.type === type)
  }

  isIll(reason: 'refused' | 'timeout' = 'refused'): void {
    this.health = { kind: 'failed', reason, at: this.clock.wallNow() }
  }

  tells(blocks: Partial<TargetHealth>): void {
    const health: TargetHealth = { status: 'healthy', ...blocks }
    this.health = { kind: 'answered', health, httpStatus: 200, latencyMs: 1, at: this.clock.wallNow() }
  }

  world(): World {
    const call = <T>(act: () => T): Promise<T> => {
      this.calls += 1
      if (this.calls >= this.failsAt) return Promise.reject(new PowerFailure(`at call ${this.calls}`))
      return Promise.resolve(act())
    }
    return {
      clock: this.clock,
      boot: 'boot',
      journal: {
        appendTogether: (events, time) => call(() => append(this.#journal, events, time)),
        read: async (after, limit) => {
          this.meanwhile.read?.()
          return this.#journal.read(after, limit)
        },
        // Read each time.
        mark: () => null,
        isSpooling: () => false,
      },
      operators: { read: async (after, limit) => this.#operators.read(after, limit), mark: () => null },
      flags: {
        claim: () => call(() => (this.meanwhile.claim?.(), this.#flags.claim(this.clock.monotonicNow()))),
        settle: (claim) => call(() => this.#runtime.remove(claim, this.clock.monotonicNow())),
        reject: (claim) => call(() => this.#runtime.reject(claim, this.clock.monotonicNow())),
        recall: () => this.#flags.recall(),
        watch: () => ({ close: () => undefined }),
      },
      processes: {
        readPidFile: async () =>
          this.master === null || this.pidFileIsAway
            ? { kind: 'missing' }
            : { kind: 'pid', pid: this.master.identity.pid, stamp: String(this.pidFileWritten) },
        sight: async (pid) => {
          this.meanwhile.sight?.()
          return this.master?.identity.pid === pid ? this.master : null
        },
        holdsStill: async (sighting) => {
          this.meanwhile.sight?.()
          return this.master === sighting
        },
        signal: (_identity, signal) => call(() => this.#signal(signal)),
      },
      probe: async () => {
        this.meanwhile.probe?.()
        return this.health ?? WELL(this.clock.wallNow())
      },
      readTraffic: async () => ({ boot: 'boot', ...this.#traffic.read() }),
      orAsked: (work) => (this.meanwhile.asks?.() === true ? Promise.resolve(null) : work),
      preflight: () => call(() => this.preflight),
      service: {
        look: async () => this.#lookAtService(),
        restart: () => call(() => this.#restartService()),
      },
      sleep: (duration) =>
        call(() => {
          this.#pass(duration)
          this.meanwhile.sleep?.()
        }),
      newId: () => `id-${(this.#ids += 1)}`,
      publishStatus: async (status) => {
        this.shown = status
      },
      publishHistory: async (content) => {
        this.stateFile = JSON.parse(content) as StateFile
      },
      readStateFile: async () => this.existing,
      putStateFileAside: async () => {
        this.existing = null
        return 'aside'
      },
      localOffset: () => 0,
      log: () => undefined,
    }
  }

  #pass(duration: DurationMs): void {
    if (this.failing === null) return this.clock.pass(duration)
    for (let left = duration; left > 0; left -= this.requestEveryMs) {
      this.clock.pass(Math.min(left, this.requestEveryMs))
      this.#requests += 1
      this.#traffic.add(this.#requests % 10 < this.failing * 10 ? 502 : 200)
    }
  }

  #time(): EventTime {
    return { wall: this.clock.wallNow(), monotonic: this.clock.monotonicNow(), boot: 'boot' }
  }

  #signal(signal: MasterSignal): 'sent' | 'gone' {
    if (this.master === null) return 'gone'
    this.signals.push(signal)
    if (signal === 'SIGHUP') {
      this.pidFileWritten += 1
      if (this.onHup === 'ends_master') this.master = null
      else if (this.onHup !== 'nothing') this.#replaceWorkers()
      if (this.onHup === 'leaves_it_ill') this.isIll()
    }
    const { workers } = this.master ?? { workers: [] }
    if (signal === 'SIGTTIN') this.#setWorkers([...workers, this.#worker()])
    if (signal === 'SIGTTOU') this.#setWorkers(workers.slice(1))
    return 'sent'
  }

  #lookAtService(): ServiceLook {
    if (this.services === 'absent') return { kind: 'unavailable', detail: 'systemd does not run here' }
    const mainPid = this.services === 'runs_another' ? 7 : (this.master?.identity.pid ?? 0)
    return { kind: 'available', mainPid, hasFailed: this.master === null }
  }

  #restartService() {
    if (this.services === 'denies') return { kind: 'refused' as const, detail: 'access denied' }
    this.serviceRestarts += 1
    this.master = null
    if (this.services === 'obeys') {
      const identity = { ...MASTER.identity, pid: this.#nextPid++, start_ticks: 7000 + this.#nextPid }
      this.master = { ...MASTER, identity }
      this.#setWorkers([this.#worker(), this.#worker()])
    }
    return { kind: 'begun' as const }
  }

  #worker(ageMs = 60_000) {
    const pid = this.#nextPid++
    return { pid, startTicks: 9000 + pid, ageMs, rssBytes: 1 }
  }

  #setWorkers(workers: MasterSighting['workers']): void {
    if (this.master !== null) this.master = { ...this.master, workers }
  }

  #replaceWorkers(ageMs = 60_000): void {
    this.#setWorkers([this.#worker(ageMs), this.#worker(ageMs)])
  }

  /** Somebody else's reload. */
  reload(): void {
    this.pidFileWritten += 1
    this.#replaceWorkers()
  }

  /** gunicorn's own doing: workers that ended and came again, all of them. */
  replaceWorkers(ageMs = 60_000): void {
    this.#replaceWorkers(ageMs)
  }
}

/** Written and flushed: what fails in between is the simulation's to try (test/simulation). */
function append(disk: JournalDisk, events: readonly JournalEvent[], time: EventTime): JournalRow[] {
  const records = disk.write(events, time, time.monotonic, 0)
  disk.flush()
  return records.map(({ row }) => row)
}
