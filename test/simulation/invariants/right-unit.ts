import type { ServiceLook } from '#agent/ports/service-manager.ts'
import type { Fact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'
import type { Ledger } from './ledger.ts'

/** WD8: the service manager is told a unit and no process: it must have named this very master when it was asked. */
export class RightUnit implements Checker {
  readonly name = 'only the service of the right master'
  readonly #ledger: Ledger
  readonly #last = new Map<WatchdogId, ServiceLook>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    if (fact.kind === 'service_looked') this.#last.set(fact.by, fact.look)
    if (fact.kind !== 'row' || fact.row.event.type !== 'intent') return null
    const attempt = this.#ledger.openOf(fact.by)
    const look = this.#last.get(fact.by)
    if (attempt?.ask.rung !== 'service') return null
    if (look?.kind !== 'available') return 'a restart of a service that the manager cannot be asked of'
    return look.mainPid === attempt.master.pid
      ? null
      : `a restart of the service of process ${look.mainPid}, meant for process ${attempt.master.pid}`
  }
}
