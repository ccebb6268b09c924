import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Attempt, Ledger } from './ledger.ts'

/**
 * WD16: a roll that got no new worker takes back what it asked for: else the service would keep one worker too many. Not
 * while workers end at boot: then one less would be an old one that serves.
 */
export class RollsTakeBack implements Checker {
  readonly name = 'a roll takes back what it asked for in vain'
  readonly #ledger: Ledger
  /** A signal that failed was not sent; a look that failed ends the roll. */
  readonly #disturbed = new Set<WatchdogId>()
  /** By attempt: an outcome is seen here after the ledger has closed it. */
  #open = new Map<string, Attempt>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind === 'port_failed') this.#disturbed.add(fact.by)
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  #row({ row: { event }, by }: RowFact): string | null {
    if (event.type === 'intent') {
      const attempt = this.#ledger.openOf(by)
      this.#disturbed.delete(by)
      if (attempt?.ask.rung === 'roll') this.#open.set(attempt.id, attempt)
    }
    if (event.type !== 'outcome') return null
    const attempt = this.#open.get(event.attempt_id)
    this.#open.delete(event.attempt_id)
    if (attempt === undefined || attempt.by !== by || this.#disturbed.has(by)) return null
    const [first] = attempt.signals
    if (first?.process.isAlive !== true) return null
    const left = count(attempt, 'SIGTTIN') - count(attempt, 'SIGTTOU')
    if (event.reason === 'worker_boot_loop') return null
    return left === 0 ? null : `a roll ends with ${left} TTIN more than TTOU`
  }
}

function count({ signals }: Attempt, name: 'SIGTTIN' | 'SIGTTOU'): number {
  return signals.filter(({ signal }) => signal === name).length
}
