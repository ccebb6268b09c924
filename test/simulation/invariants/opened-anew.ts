import type { Fact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'

const OF_JOURNAL: ReadonlySet<string> = new Set(['journal.append', 'journal.read', 'operators.read'])

interface Since {
  /** A look has ended since it began to read: what failed before that failed at its beginning. */
  hasLooked: boolean
  hasReason: boolean
}

/**
 * WD6, WD11: a look that fails costs that look alone. Only a failure of the journal makes a running watchdog begin
 * anew, and forget what it has counted.
 */
export class OpensAnewForItsJournal implements Checker {
  readonly name = 'a look that fails costs that look alone'
  readonly #since = new Map<WatchdogId, Since>()

  see(fact: Fact): string | null {
    if (!('by' in fact)) return null
    const since = this.#since.get(fact.by)
    if (fact.kind === 'rested' && since !== undefined) since.hasLooked = true
    if (fact.kind === 'port_failed' && since !== undefined)
      since.hasReason ||= !since.hasLooked || OF_JOURNAL.has(fact.port)
    if (fact.kind !== 'row' || fact.row.event.type !== 'watchdog_started') return null
    this.#since.set(fact.by, { hasLooked: false, hasReason: false })
    return since === undefined || since.hasReason
      ? null
      : 'the watchdog begins anew, though its journal did not fail'
  }
}
