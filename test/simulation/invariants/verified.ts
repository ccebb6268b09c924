import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { Fact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Process } from '../world-processes.ts'
import type { Ledger } from './ledger.ts'

interface SinceSignal {
  readonly master: Process
  readonly old: readonly Process[]
  lastProbe: SeenOutcome | null
}

/** WD10: called a success only when the old workers are gone, new ones are there, and the target answered well. */
export class SuccessIsReal implements Checker {
  readonly name = 'success is verified'
  readonly #ledger: Ledger
  readonly #since = new Map<WatchdogId, SinceSignal>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind === 'signalled') this.#signal(fact.by, fact.process)
    if (fact.kind === 'probed') {
      const since = this.#since.get(fact.by)
      if (since !== undefined) since.lastProbe ??= isWell(fact.outcome) ? fact.outcome : null
    }
    if (fact.kind !== 'row' || fact.row.event.type !== 'outcome') return null
    const { success } = fact.row.event
    const since = this.#since.get(fact.by)
    this.#since.delete(fact.by)
    // An attempt that another process began was looked at once, and no signal was seen from here.
    if (!success || since === undefined) return null
    if (since.old.some(({ isAlive }) => isAlive)) return 'a success though old workers are still there'
    return since.lastProbe === null ? 'a success though the target never answered well' : null
  }

  #signal(by: WatchdogId, master: Process): void {
    if (this.#ledger.openOf(by)?.signals.length !== 1) return
    this.#since.set(by, { master, old: [...master.workers], lastProbe: null })
  }
}

function isWell(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 500 && outcome.health?.status !== 'unhealthy'
}
