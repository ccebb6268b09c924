import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'

/** WD4, WD11: the guard never opens by itself: from the row that latches it until a release it is in force. */
import type { Ledger } from './ledger.ts'

const MAY_BE_SHOWN: ReadonlySet<string> = new Set(['guarded', 'restarting', 'paused'])

export class GuardStaysShut implements Checker {
  readonly name = 'the guard never opens by itself'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind !== 'status' || !this.#ledger.isLatched(now)) return null
    return MAY_BE_SHOWN.has(fact.state) ? null : `the state is ${fact.state} though nobody released the guard`
  }
}
