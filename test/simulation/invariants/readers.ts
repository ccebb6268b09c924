import { apply, emptyState } from '#domain/journal/fold.ts'
import { isRestartInProgress } from '#domain/journal/questions.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import type { Fact } from '../facts.ts'
import type { Checker } from './checker.ts'

/**
 * WD1: another reader of the same rows, as the agent is one, shows no restart in progress that nobody works on: a
 * watchdog that starts has none under way.
 */
export class ReadersAreTold implements Checker {
  readonly name = 'no restart is in progress for ever'
  readonly #rows: JournalRow[] = []
  #open = 0

  see(fact: Fact): string | null {
    if (fact.kind !== 'row' || fact.journal !== 'watchdog') return null
    this.#rows.push(fact.row)
    const { type } = fact.row.event
    if (type === 'intent') this.#open += 1
    if (type === 'outcome') this.#open -= 1
    if (type !== 'watchdog_started' || this.#open === 0) return null
    const state = this.#rows.reduce(apply, emptyState)
    return isRestartInProgress(state)
      ? 'a reader sees a restart in progress that ended with its watchdog'
      : null
  }
}
