import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

interface Tried {
  readonly requestId: string
  /** When it ended without any signal; null: it has not. */
  failedAt: number | null
}

/** WD8a: what the machine could not even begin fails again in a second: it waits as long as after an attempt. */
export class FailsPatiently implements Checker {
  readonly name = 'no hurry after a failure'
  readonly #ledger: Ledger
  readonly #tried = new Map<WatchdogId, Tried>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind === 'started') this.#tried.delete(fact.by)
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  #row({ row: { event }, askedAt, by }: RowFact): string | null {
    const tried = this.#tried.get(by)
    if (event.type === 'watchdog_started') this.#tried.delete(by)
    if (event.type === 'request_ended' && event.request_id === tried?.requestId) tried.failedAt = askedAt
    if (event.type !== 'request_claimed' || !event.ask.actor.name.startsWith('watchdog:')) return null
    this.#tried.set(by, { requestId: event.ask.request_id, failedAt: null })
    const { cooldownMs } = this.#ledger.rules.policy
    const waited = askedAt - (tried?.failedAt ?? Number.NEGATIVE_INFINITY)
    return waited < cooldownMs ? `the machine tries again ${waited} ms after it failed` : null
  }
}
