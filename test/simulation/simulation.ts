/**
 * One simulated world, from one seed. A step is one call of a watchdog on a port of its world, or one thing that
 * happens in the environment; after every step each checker sees what really happened.
 */
import { ActChooser } from './act-chooser.ts'
import { ACTS } from './acts.ts'
import { Host, markOf } from './host.ts'
import { checkersFor } from './invariants/all.ts'
import type { Checker } from './invariants/checker.ts'
import { Ledger } from './invariants/ledger.ts'
import { liveThrough } from './long-past.ts'
import { isWorstMoment } from './worst-moment.ts'
import { PORTS, type PortCall } from './ports.ts'
import { WatchdogProcess } from './watchdog-process.ts'

export interface Violation {
  readonly invariant: string
  readonly step: number
  readonly detail: string
}

/** What a watchdog does between two calls it does at once; then all there is to do is done. */
function everybodyWaits(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}

const NO_FAULTS = { kill: 0, power: 0, error: 0, slow: 0 }
/** Beyond the time that a request may wait: a restart that was begun last needs that long to end. */
const PEACE_MS = 60_000

export class Simulation {
  readonly host: Host
  steps = 0
  portCalls = 0
  violation: Violation | null = null
  onStep: ((text: string) => void) | null = null
  readonly #acts: ActChooser
  readonly #ledger: Ledger
  readonly #checkers: readonly Checker[]
  /** Those that run; the host sees the same. */
  readonly #running = new Set<WatchdogProcess>()
  #starting: WatchdogProcess | null = null
  #started = 0

  constructor(seed: number) {
    this.host = new Host(seed)
    if (this.host.profile.hasLongPast) liveThrough(this.host)
    const { random, profile } = this.host
    this.#acts = new ActChooser(random)
    this.#ledger = new Ledger(profile.rules)
    this.#checkers = checkersFor(profile.rules, this.#ledger)
    this.host.startWatchdog = () => this.#startWatchdog()
    this.host.stateFile = this.#existingStateFile()
  }

  /** Until a promise is broken or the steps are done; then the world is left in peace, and nothing may be open. */
  async run(steps: number): Promise<Violation | null> {
    while (this.steps < steps && this.violation === null) await this.#step()
    if (this.violation === null) await this.#rest()
    return this.violation
  }

  async #step(): Promise<void> {
    this.steps += 1
    if (!this.host.isQuiet && this.host.random.chance(this.#actRate())) this.#act()
    else this.#advance()
    await everybodyWaits()
    this.#check()
  }

  /** Moments at which the most can go wrong are visited more often. */
  #actRate(): number {
    const { actRate } = this.host.profile
    return isWorstMoment(this.host) ? Math.max(actRate, 0.3) : actRate
  }

  #act(): void {
    const name = this.#acts.choose(this.host)
    if (name === null) return
    const detail = ACTS[name].act(this.host)
    if (detail !== null) this.host.mark(name)
    this.onStep?.(`${name}: ${detail ?? 'not now'}`)
  }

  /** Whatever is due first. */
  #advance(): void {
    const { timeline, clock } = this.host
    const watchdog = this.#firstDue()
    const call = watchdog?.firstCall() ?? null
    const { next } = timeline
    if (next !== null && (call === null || next.at <= call.dueAt)) {
      timeline.take()
      clock.passTo(next.at)
      this.onStep?.(next.name)
      next.run()
      this.#letStart()
    } else if (watchdog === null || call === null) {
      clock.passTo(clock.now + 1_000)
    } else {
      clock.passTo(call.dueAt)
      this.portCalls += 1
      this.#happen(watchdog, call)
    }
  }

  #firstDue(): WatchdogProcess | null {
    let first: WatchdogProcess | null = null
    let dueAt = Number.POSITIVE_INFINITY
    for (const watchdog of this.#running) {
      const call = watchdog.firstCall()
      if (call === null || call.dueAt >= dueAt) continue
      first = watchdog
      dueAt = call.dueAt
    }
    return first
  }

  #happen(watchdog: WatchdogProcess, call: PortCall): void {
    const { isQuiet, random, profile } = this.host
    const { kill, power, error, slow } = isQuiet ? NO_FAULTS : profile.faultRates
    const spec = PORTS[call.port]
    const draw = random.unit() / spec.risk
    const name = `${call.port} of watchdog ${watchdog.id}`
    if (draw < kill + power) {
      this.#cut(watchdog, call, draw < kill)
    } else if (draw < kill + power + error && spec.error !== null) {
      const failure = spec.error()
      this.onStep?.(`${name} fails`)
      this.host.mark(`fails: ${call.port}`)
      this.host.tell({ kind: 'port_failed', by: watchdog.id, port: call.port })
      watchdog.answer(call, () => call.fail(failure))
    } else if (draw < kill + power + error + slow && !call.isSlowed) {
      const ms = random.between(0, spec.slowMs)
      this.onStep?.(`${name} is slow by ${Math.round(ms)} ms`)
      this.host.mark(`slow: ${call.port}`)
      call.dueAt = this.host.clock.now + ms
      call.isSlowed = true
    } else {
      this.onStep?.(name)
      watchdog.answer(call, () => call.happen(true))
    }
  }

  /** Before the call did anything, in its middle, or after it and before the answer. */
  #cut(watchdog: WatchdogProcess, call: PortCall, isKill: boolean): void {
    const when = this.host.random.pick(['before', 'in', 'after'] as const)
    if (when === 'in') call.half()
    if (when === 'after') call.happen(false)
    const how = isKill ? 'killed' : 'without power'
    this.onStep?.(`watchdog ${watchdog.id} is ${how} ${when} ${call.port}`)
    this.host.mark(`${how} ${when} ${call.port}`)
    if (isKill) this.host.killWatchdog(watchdog)
    else this.host.losePower()
  }

  #check(): void {
    const { facts, clock } = this.host
    for (const fact of facts) {
      if (fact.kind === 'row') this.onStep?.(`  the row ${markOf(fact.row.event)} is durable`)
      this.#ledger.see(fact, clock.now)
      for (const checker of this.#checkers) this.#judge(checker, checker.see(fact, clock.now))
    }
    facts.length = 0
  }

  #judge({ name }: Pick<Checker, 'name'>, detail: string | null): void {
    if (detail !== null) this.violation ??= { invariant: name, step: this.steps, detail }
  }

  /** Nothing fails any more, and everything that was asked for must come to its end. */
  async #rest(): Promise<void> {
    const { host } = this
    host.isQuiet = true
    host.diskRoom = null
    host.isRuntimeFull = false
    // What stands still or is down comes back first; only then is it time to wait.
    while (this.violation === null && !this.#isIdle()) await this.#step()
    const until = host.clock.now + host.profile.rules.requestTtlMs * 2 + PEACE_MS
    while (this.violation === null && (host.clock.now < until || !this.#isIdle())) await this.#step()
    const left = host.runtime.claims.size + (host.runtime.flag === null ? 0 : 1)
    this.#judge({ name: 'requests end' }, left === 0 ? null : `${left} flags and claims were never settled`)
    for (const checker of this.#checkers) this.#judge(checker, checker.atRest?.() ?? null)
  }

  #isIdle(): boolean {
    return this.#running.size > 0 && [...this.#running].every(({ isAtRest }) => isAtRest)
  }

  #startWatchdog(): void {
    const { host } = this
    const watchdog = new WatchdogProcess(host, (this.#started += 1), {
      ended: (error) => {
        this.#running.delete(watchdog)
        host.tell({ kind: 'ended', by: watchdog.id, error })
        host.watchdogIsGone(watchdog)
      },
      killed: () => this.#running.delete(watchdog),
    })
    if (!host.lock.take(watchdog)) {
      host.mark('second_watchdog_refused')
      return
    }
    host.watchdogs.push(watchdog)
    this.#running.add(watchdog)
    host.tell({ kind: 'started', by: watchdog.id })
    this.#starting = watchdog
  }

  #letStart(): void {
    this.#starting?.start()
    this.#starting = null
  }

  #existingStateFile(): string | null {
    const { profile, clock } = this.host
    const { existing } = profile
    if (existing.kind === 'none') return null
    if (existing.kind === 'garbled') {
      this.#ledger.mustLatch(clock.now)
      return '{"history": [{"requested_at": '
    }
    const history = existing.agesMs.map((ageMs) => {
      // One later than now was written before a clock was set back: it counts as just now. A file has whole ms.
      this.#ledger.happenedBefore(clock.now - Math.max(0, ageMs) - 1)
      const requested_at = new Date(clock.wallNow() - ageMs).toISOString()
      return { requested_at, success: true, decision: 'executed' }
    })
    return JSON.stringify({ history })
  }
}
