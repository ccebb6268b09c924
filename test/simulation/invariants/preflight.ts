import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

type Preflighted = Extract<Fact, { kind: 'preflighted' }>

/**
 * WD8a: no intent without a preflight of this very master that passed; one that could not be run stops the machine
 * and not a person, and an override passes it only by naming it.
 */
export class PreflightPasses implements Checker {
  readonly name = 'no restart without a preflight'
  readonly #ledger: Ledger
  /** Of the request in work. */
  readonly #last = new Map<WatchdogId, Preflighted>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind === 'preflighted') this.#last.set(fact.by, fact)
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  #row({ row: { event }, by }: RowFact): string | null {
    if (event.type === 'request_claimed' || event.type === 'request_ended') this.#last.delete(by)
    if (event.type !== 'intent') return null
    const last = this.#last.get(by)
    this.#last.delete(by)
    if (this.#ledger.openOf(by)?.isOverrideOfPreflight === true) return null
    if (last === undefined) return 'an intent without a preflight'
    if (!isDeepStrictEqual(last.master, event.master))
      return 'an intent for another master than the one of the preflight'
    const isGood =
      last.answer.kind === 'passed' || (last.answer.kind === 'unavailable' && event.ask.source === 'manual')
    return isGood
      ? null
      : `an intent of a ${event.ask.source} restart though the preflight ${last.answer.kind}`
  }
}
