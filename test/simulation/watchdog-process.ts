/** One watchdog process from its start to its end: the real life of the real watchdog, on ports that wait to be let. */
import type { Claim } from '#agent/ports/flag-directory.ts'
import { Waker, type SleepEnd } from '#agent/watchdog/waker.ts'
import { watch } from '#agent/watchdog/watch.ts'
import type { Host, HostedWatchdog } from './host.ts'
import {
  openJournalOf,
  operatorsOf,
  PORTS,
  worldOf,
  type CallSpec,
  type PortCall,
  type PortCaller,
  type PortName,
} from './ports.ts'
import { FlagView } from './world-flags.ts'
import { ProcessView } from './world-processes.ts'

interface Endings {
  readonly ended: (error: unknown) => void
  readonly killed: () => void
}

export class WatchdogProcess implements HostedWatchdog, PortCaller {
  readonly id: number
  readonly boot: string
  readonly view: ProcessView
  readonly flags: FlagView
  readonly #host: Host
  readonly #endings: Endings
  /** What it waits for: a probe may be under way beside something else. */
  readonly #calls = new Set<PortCall>()
  readonly #waker: Waker
  #stopReason: string | null = null

  constructor(host: Host, id: number, endings: Endings) {
    this.#host = host
    this.#endings = endings
    this.id = id
    this.boot = host.clock.boot
    this.view = new ProcessView(host.processes)
    this.#waker = new Waker((duration, end) => this.#sleep(duration, end))
    this.flags = new FlagView(host.runtime, () => `restart.flag.${host.newId()}`)
  }

  waitsFor(port: string): boolean {
    return [...this.#calls].some((call) => call.port === port)
  }

  /** It waits for the next look, and for nothing else. */
  get isAtRest(): boolean {
    return this.#calls.size === 1 && this.waitsFor('pause')
  }

  /** Whatever is due first of what it waits for. */
  firstCall(): PortCall | null {
    let first: PortCall | null = null
    for (const call of this.#calls) if (call.dueAt < (first?.dueAt ?? Number.POSITIVE_INFINITY)) first = call
    return first
  }

  start(): void {
    const life = watch({
      rules: this.#host.profile.rules,
      openJournal: () => openJournalOf(this.#host, this),
      openOperators: () => operatorsOf(this.#host, this),
      takeOverOperators: async () => undefined,
      // It would only look sooner.
      attend: () => ({ looked: () => undefined, close: () => undefined }),
      openWorld: (journals) => worldOf(this.#host, this, journals),
      stopReason: () => this.#stopReason,
      pause: (duration) => this.#pause(duration),
      tell: () => this.call('publishStatus', { act: () => this.#host.needRuntimeRoom() }),
      log: () => undefined,
    })
    life.then(
      () => this.#end(null),
      (error: unknown) => this.#end(error),
    )
  }

  /** Lets what it waits for come about. */
  answer(call: PortCall, give: () => void): void {
    this.#calls.delete(call)
    give()
  }

  kill(): void {
    this.#calls.clear()
    this.#endings.killed()
  }

  stop(reason: string): void {
    this.#stopReason = reason
    this.wake()
  }

  wake(): void {
    this.#waker.wake()
  }

  nudge(): void {
    this.#waker.nudge()
  }

  delay(ms: number): void {
    for (const call of this.#calls) {
      call.dueAt = this.#host.clock.now + ms
      call.isSlowed = true
    }
  }

  orAsked<T>(work: Promise<T>): Promise<T | null> {
    return this.#waker.orWoken(work)
  }

  claim(): Claim {
    const { clock, runtime } = this.#host
    const answer = this.flags.claim(clock.now)
    if (answer.kind !== 'flag') return answer
    const { claim, writtenAt } = answer.flag
    const flag = runtime.claims.get(claim)
    const ageMs = clock.wallNow() - writtenAt
    if (flag !== undefined) this.#host.tell({ kind: 'claimed', by: this.id, claim, flag, ageMs })
    return answer
  }

  call<T>(port: PortName, { act, then, half, takesMs = 0 }: CallSpec<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#wait(port, takesMs, {
        half: half ?? (() => undefined),
        happen: (isAnswered) => {
          let answer: T
          try {
            answer = act()
          } catch (error) {
            if (isAnswered) reject(error as Error)
            return
          }
          if (!isAnswered) return
          then?.(answer)
          resolve(answer)
        },
        fail: reject,
      })
    })
  }

  #wait(port: PortName, takesMs: number, acts: Pick<PortCall, 'half' | 'happen' | 'fail'>): PortCall {
    const { clock, random } = this.#host
    const [least, most] = PORTS[port].ms
    const call = { port, dueAt: clock.now + takesMs + random.between(least, most), isSlowed: false, ...acts }
    this.#calls.add(call)
    return call
  }

  #pause(duration: number): Promise<SleepEnd> {
    this.#host.tell({ kind: 'rested', by: this.id })
    return this.#waker.sleep(duration)
  }

  #sleep(duration: number, end: () => void): { cancel(): void } {
    const call = this.#wait('pause', duration, { half: () => undefined, happen: end, fail: end })
    return { cancel: () => this.#calls.delete(call) }
  }

  #end(error: unknown): void {
    this.#calls.clear()
    this.#endings.ended(error)
  }
}
