import type { Fact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** Looks at one master, one after the other, at each of which all workers of the look before were gone. */
const LOOKS_IN_A_ROW = 5
/** Looks that follow each other more closely count as one. */
const APART_MS = 400
const WITHIN_MS = 9_000

interface Series {
  master: string
  seenAt: number
  workers: readonly string[]
  deathsAt: number[]
}

/** WD8b: while workers die at boot in a loop, the machine restarts nothing: the guard is latched within seconds. */
export class BootLoopsAreLeftAlone implements Checker {
  readonly name = 'no restart into a boot loop'
  readonly #ledger: Ledger
  readonly #series = new Map<WatchdogId, Series>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind === 'sighted') this.#look(fact, now)
    if (fact.kind !== 'row') return null
    const { event } = fact.row
    // It has begun anew, and remembers nobody.
    if (event.type === 'watchdog_started') this.#series.delete(fact.by)
    if (event.type !== 'intent' || event.ask.source !== 'auto') return null
    if (!this.#ledger.rules.policy.guardedMode) return null
    const recent = (this.#series.get(fact.by)?.deathsAt ?? []).filter((at) => now - at < WITHIN_MS)
    return recent.length >= LOOKS_IN_A_ROW
      ? 'an automatic intent while workers die at boot, again and again'
      : null
  }

  #look({ by, master }: Extract<Fact, { kind: 'sighted' }>, now: number): void {
    const before = this.#series.get(by)
    if (before !== undefined && now - before.seenAt < APART_MS) return
    const name = master === null ? '' : `${master.identity.pid} ${master.identity.start_ticks}`
    const workers = (master?.workers ?? [])
      .filter(({ ageMs }) => ageMs < 1_000)
      .map(({ pid, startTicks }) => `${pid} ${startTicks}`)
    const known = before?.master === name ? before : { workers: [], deathsAt: [] }
    const allGone = known.workers.length > 0 && !known.workers.some((worker) => workers.includes(worker))
    const deathsAt = allGone && workers.length > 0 ? [...known.deathsAt, now].slice(-LOOKS_IN_A_ROW) : []
    this.#series.set(by, { master: name, seenAt: now, workers, deathsAt })
  }
}
