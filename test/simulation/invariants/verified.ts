import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { Fact, RowFact, SignalFact, WatchdogId } from '../facts.ts'
import { isProcess, type Process } from '../world-processes.ts'
import type { Checker } from './checker.ts'
import type { Attempt, Ledger } from './ledger.ts'

interface SinceSignal {
  readonly attempt: Attempt
  readonly master: Process
  readonly old: readonly Process[]
  /** Who was told since by the target that it is well, and who saw the new workers. */
  readonly told: Set<WatchdogId>
  readonly saw: Set<WatchdogId>
}

/**
 * WD10: called a success only when the old workers are gone, and whoever says so has seen new ones, of the same master
 * or, after a restart of the service, of another, and the target answered it well. Also where the watchdog that began
 * it was killed, and the next one looks what became of it.
 */
export class SuccessIsReal implements Checker {
  readonly name = 'success is verified'
  readonly #ledger: Ledger
  readonly #since = new Map<string, SinceSignal>()

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact): string | null {
    switch (fact.kind) {
      case 'signalled':
        this.#signal(fact)
        return null
      case 'probed':
        if (isWell(fact.outcome)) for (const { told } of this.#since.values()) told.add(fact.by)
        return null
      case 'sighted':
        for (const since of this.#since.values()) if (isNewCrew(since, fact)) since.saw.add(fact.by)
        return null
      case 'row':
        return this.#row(fact)
      default:
        return null
    }
  }

  #signal({ by, process }: SignalFact): void {
    const attempt = this.#ledger.openOf(by)
    if (attempt?.signals.length !== 1) return
    const old = [...process.workers]
    this.#since.set(attempt.id, { attempt, master: process, old, told: new Set(), saw: new Set() })
  }

  #row({ row: { event }, by }: RowFact): string | null {
    if (event.type !== 'outcome') return null
    const since = this.#since.get(event.attempt_id)
    this.#since.delete(event.attempt_id)
    // Whether a signal that nobody saw was sent cannot be known by whoever comes after.
    if (!event.success || since === undefined) return null
    if (oldFor(since, by).some(({ isAlive }) => isAlive))
      return 'a success though old workers are still there'
    if (!since.saw.has(by)) return 'a success though no new workers were seen'
    return since.told.has(by) ? null : 'a success though the target never answered well'
  }
}

/** Who comes after knows the workers of the intent alone. */
function oldFor({ attempt, old }: SinceSignal, by: WatchdogId): readonly Process[] {
  return attempt.by === by ? old : old.filter(({ pid }) => attempt.workers.includes(pid))
}

function isNewCrew(
  since: SinceSignal,
  { by, master }: { by: WatchdogId; master: MasterSighting | null },
): boolean {
  if (master === null || master.workers.length === 0) return false
  const isOther = !isProcess(since.master, master.identity)
  if (isOther !== (since.attempt.ask.rung === 'service')) return false
  const old = oldFor(since, by)
  return !master.workers.some(({ pid, startTicks }) =>
    old.some((worker) => worker.pid === pid && worker.startTicks === startTicks),
  )
}

function isWell(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 500 && outcome.health?.status !== 'unhealthy'
}
