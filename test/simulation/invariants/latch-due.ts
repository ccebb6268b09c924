import type { Fact, RowFact } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** Rounding, and what passes between decision and row. */
const TOLERANCE_MS = 1_000

/** WD4: churn latches only where guarded mode is on, and one that a quiet window opens not after one. */
export class LatchesWhenDue implements Checker {
  readonly name = 'the guard latches only for a reason'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  #row({ row: { event }, askedAt }: RowFact): string | null {
    if (event.type !== 'guard_latched' || event.reason !== 'churn') return null
    const { guardedMode, guardRelease, windowMs } = this.#ledger.rules.policy
    if (!guardedMode) return 'churn latches the guard though guarded mode is off'
    const quietMs = askedAt - this.#ledger.lastRestartAt()
    const isKnown = askedAt - this.#ledger.steadySince > windowMs + TOLERANCE_MS
    return guardRelease === 'window' && isKnown && quietMs > windowMs + TOLERANCE_MS
      ? `churn latches the guard ${quietMs} ms after the last restart`
      : null
  }
}
