import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** WD2, WD4: in no window more signalled attempts than the budget allows, unless a person overrode it. */
export class WithinBudget implements Checker {
  readonly name = 'within budget'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind !== 'signalled') return null
    const attempt = this.#ledger.openOf(fact.by)
    if (attempt === null || attempt.isOverride || attempt.signals.length > 1) return null
    const { retryBudget } = this.#ledger.rules.policy
    const before = this.#ledger.signalledBefore(now, attempt)
    return before < retryBudget
      ? null
      : `${before} attempts in the window, and another; the budget is ${retryBudget}`
  }
}
