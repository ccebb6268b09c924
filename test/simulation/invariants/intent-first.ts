import type { Fact } from '../facts.ts'
import { isProcess } from '../world-processes.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** WD9: before a signal there is a durable intent without outcome, for this very process. */
export class IntentFirst implements Checker {
  readonly name = 'intent before signal'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind !== 'signalled') return null
    const attempt = this.#ledger.openOf(fact.by)
    if (attempt === null) return `${fact.signal} without a durable intent`
    // The service manager is told a unit, and no process: whoever is the service then.
    if (fact.signal !== 'restart of the service' && !isProcess(fact.process, attempt.master)) {
      return `${fact.signal} to process ${fact.process.pid} started at ${fact.process.startTicks}, which is not the one of the intent`
    }
    return null
  }
}
