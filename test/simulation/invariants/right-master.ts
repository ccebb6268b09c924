import type { Rung } from '#domain/journal/events.ts'
import type { Fact, SignalFact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

const SIGNALS_OF: Readonly<Record<Rung, readonly SignalFact['signal'][]>> = {
  reload: ['SIGHUP'],
  roll: ['SIGTTIN', 'SIGTTOU'],
  service: ['restart of the service'],
}
/** Between the last look and the signal nothing waits; a pid file that changed longer ago was overlooked. */
const LAST_LOOK_MS = 400
/** What a roll waits for a new worker at least, before it takes back what it asked for. */
const GIVEN_UP_MS = 10_000

/**
 * WD8, WD16: only the target's own master is signalled, never one that is still starting or is the new one of an
 * upgrade under way; TTIN and TTOU only in a restart of the second rung, and never more TTOU than TTIN.
 * A worker is sent away only when another is there in its place, or none came for a long time.
 */
export class RightMaster implements Checker {
  readonly name = 'only the right master'
  readonly #ledger: Ledger
  /** When the last TTIN was sent. */
  readonly #askedAt = new Map<WatchdogId, number>()
  /** How many workers the last look found. */
  readonly #crew = new Map<WatchdogId, number>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind === 'sighted') this.#crew.set(fact.by, fact.master?.workers.length ?? 0)
    if (fact.kind !== 'signalled') return null
    const { process, isTooEarly, unnamedForMs } = fact
    if (process.role !== 'master')
      return `${fact.signal} to process ${process.pid}, which is a ${process.role}`
    if (isTooEarly) return `${fact.signal} to a master that is still starting: it ended`
    if (fact.signal !== 'restart of the service' && process.upgradeOf?.isAlive === true)
      return `${fact.signal} to the new master of an upgrade under way`
    // What a roll has begun it ends, with the same process, whatever the pid file names by then.
    const isFirst = this.#ledger.openOf(fact.by)?.signals.length === 1
    if (isFirst && unnamedForMs > LAST_LOOK_MS) {
      return `${fact.signal} to process ${process.pid}, which the pid file no longer names`
    }
    return this.#rungFault(fact, now)
  }

  #rungFault({ by, signal }: SignalFact, now: number): string | null {
    const attempt = this.#ledger.openOf(by)
    if (attempt === null) return null
    if (!SIGNALS_OF[attempt.ask.rung].includes(signal)) return `${signal} as the rung ${attempt.ask.rung}`
    const count = (name: string) => attempt.signals.filter((sent) => sent.signal === name).length
    if (count('SIGTTOU') > count('SIGTTIN')) return 'more TTOU than TTIN'
    if (signal === 'SIGTTIN') this.#askedAt.set(by, now)
    const waited = now - (this.#askedAt.get(by) ?? now)
    const isShort = (this.#crew.get(by) ?? 0) <= attempt.workers.length && waited < GIVEN_UP_MS
    return signal === 'SIGTTOU' && isShort ? 'a worker is sent away before another is there' : null
  }
}
