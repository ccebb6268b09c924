import type { Fact, RowFact } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** Rounding of sums of milliseconds. */
const EPSILON_MS = 0.001

/**
 * WD3, WD9, WD11: what a decision was made from is never less than what really happened, whatever crashed and
 * whoever set a clock; its cooldown is never absurd, and no refusal prolongs it.
 */
export class NeverUnderCounted implements Checker {
  readonly name = 'history is never under-counted'
  readonly #ledger: Ledger

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind === 'history') return this.#stateFile(fact.content, now)
    if (fact.kind !== 'row') return null
    const { event } = fact.row
    if (event.type !== 'request_refused' && event.type !== 'intent') return null
    return this.#decision(fact, event.decision, event.type === 'request_refused')
  }

  #decision({ askedAt }: RowFact, decision: Decision, isRefusal: boolean): string | null {
    const { cooldownMs } = this.#ledger.rules.policy
    const { attempts_in_window: attempts, churn, cooldown_remaining_ms: cooling } = decision
    const real = this.#ledger.signalledBefore(askedAt)
    if (attempts < real) return `${attempts} attempts are counted of ${real}`
    const others = this.#ledger.externalsBefore(askedAt)
    if (churn < real + others) return `a churn of ${churn} is counted, it is ${real + others}`
    if (!(cooling >= 0 && cooling <= cooldownMs))
      return `a cooldown of ${cooling} ms remains of ${cooldownMs}`
    const least = cooldownMs - (askedAt - this.#ledger.lastSignalledAt())
    if (cooling < least - EPSILON_MS) return `a cooldown of ${cooling} ms remains, it is ${least}`
    return isRefusal ? this.#prolonged(askedAt, cooling) : null
  }

  /** On a steady clock the cooldown of a refusal is what is left since the last attempt, to the millisecond. */
  #prolonged(askedAt: number, cooling: number): string | null {
    const last = this.#ledger.attempts.findLast(({ isUnsent }) => !isUnsent)
    if (last === undefined)
      return cooling === 0 || this.#ledger.hasImported
        ? null
        : `a cooldown of ${cooling} ms without any attempt`
    if (last.at < this.#ledger.steadySince) return null
    const { cooldownMs } = this.#ledger.rules.policy
    const exact = Math.max(0, cooldownMs - (askedAt - last.at))
    return Math.abs(cooling - exact) <= EPSILON_MS
      ? null
      : `a cooldown of ${cooling} ms remains instead of ${exact}`
  }

  /** WD18: other readers must not count fewer either. */
  #stateFile(content: string, now: number): string | null {
    const { history } = JSON.parse(content) as { history: { decision?: string; success?: boolean | null }[] }
    const shown = history.filter(
      ({ decision }) => decision === 'executed' || decision === 'manual_override',
    ).length
    const { windowMs } = this.#ledger.rules.policy
    const real = this.#ledger.attempts.filter(
      ({ at, signals }) => signals.length > 0 && now - at < windowMs,
    ).length
    return shown >= real ? null : `the state file shows ${shown} attempts of ${real}`
  }
}

type Decision = Extract<RowFact['row']['event'], { type: 'intent' }>['decision']
