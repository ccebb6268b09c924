import { RUNGS } from '#domain/journal/events.ts'
import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Attempt, Ledger } from './ledger.ts'

/**
 * WD16: a stronger rung comes only after the one below it, or one stronger still, was tried in vain: in the window,
 * and after the last that helped.
 */
export class WeakestFirst implements Checker {
  readonly name = 'the weakest rung first'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind !== 'row' || fact.row.event.type !== 'intent') return null
    const attempt = this.#ledger.openOf(fact.by)
    if (attempt === null || attempt.isOverride || attempt.ask.rung === 'reload') return null
    const needed = RUNGS.indexOf(attempt.ask.rung) - 1
    const wasTried = this.#triedInVain(attempt.at).some(({ ask }) => RUNGS.indexOf(ask.rung) >= needed)
    return wasTried ? null : `a ${attempt.ask.rung} though nothing weaker was tried in vain`
  }

  #triedInVain(at: number): Attempt[] {
    const { attempts, rules } = this.#ledger
    const isTooOld = (tried: Attempt) =>
      tried.at >= this.#ledger.steadySince && at - tried.at > rules.policy.windowMs + DECIDED_MS
    const lastHelp = attempts.findLastIndex(({ hasHelped }) => hasHelped)
    return attempts.slice(lastHelp + 1).filter((tried) => tried.wasInVain && !isTooOld(tried))
  }
}

/** Between the look at the rungs and the intent lies the preflight. */
const DECIDED_MS = 20_000
