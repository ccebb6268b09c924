import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { MasterSighting } from '#agent/ports/target-processes.ts'
import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import type { Checker } from './checker.ts'

interface Look {
  readonly at: number
  readonly outcome: SeenOutcome
  /** As it was sighted at that look, or at one after it that took note of this answer late. */
  readonly masters: (MasterSighting | null)[]
}

interface Seen {
  master: MasterSighting | null
  looks: Look[]
  /** The last start or restart that this process knows of. */
  startedAt: number
}

/** More than any trigger needs in a row. */
const LOOKS_KEPT = 60

/**
 * WD6: the machine wishes for a restart only when as many looks in a row as the trigger needs were bad, none of
 * them in the grace after a start, and the trigger is switched on.
 */
export class TriggersLast implements Checker {
  readonly name = 'no automatic restart without lasting trouble'
  readonly #rules: WatchdogRules
  readonly #seen = new Map<WatchdogId, Seen>()

  constructor(rules: WatchdogRules) {
    this.#rules = rules
  }

  see(fact: Fact, now: number): string | null {
    switch (fact.kind) {
      case 'started':
        this.#seen.set(fact.by, { master: null, looks: [], startedAt: now })
        return null
      case 'sighted':
        this.#sighted(this.#of(fact.by), fact.master)
        return null
      case 'probed':
        this.#look(this.#of(fact.by), { at: now, outcome: fact.outcome })
        return null
      case 'row':
        return this.#row(fact)
      default:
        return null
    }
  }

  #sighted(seen: Seen, master: MasterSighting | null): void {
    seen.master = master
    seen.looks.at(-1)?.masters.push(master)
  }

  #look(seen: Seen, { at, outcome }: Pick<Look, 'at' | 'outcome'>): void {
    seen.looks.push({ at, outcome, masters: [seen.master] })
    if (seen.looks.length > LOOKS_KEPT) seen.looks.shift()
  }

  #row({ row: { event }, askedAt, by }: RowFact): string | null {
    if (event.type === 'external_restart') this.#startAnew(by, askedAt, false)
    if (event.type === 'outcome' && event.signalled) this.#startAnew(by, askedAt, true)
    // What it knew before is forgotten; its grace began when it began to read, which nobody saw.
    if (event.type === 'watchdog_started') this.#of(by).looks = []
    if (event.type !== 'request_claimed' || !event.ask.actor.name.startsWith('watchdog:')) return null
    const trigger = event.ask.actor.name.slice('watchdog:'.length)
    const { looks, startedAt } = this.#of(by)
    // The last answer may have come too late for this look.
    return this.#fault(looks, startedAt, trigger) && this.#fault(looks.slice(0, -1), startedAt, trigger)
  }

  /** After a look that found somebody else's restart, that look counts already; after one of our own, none does. */
  #startAnew(by: WatchdogId, at: number, forgetsLooks: boolean): void {
    const seen = this.#of(by)
    seen.startedAt = at
    seen.looks = forgetsLooks ? [] : seen.looks.slice(-1)
  }

  #fault(seen: readonly Look[], startedAt: number, trigger: string): string | null {
    const config = this.#rules.triggers.sustain[trigger as keyof WatchdogRules['triggers']['sustain']]
    if (!config.enabled) return `${trigger} is switched off`
    const { looks } = config
    const last = seen.slice(-looks)
    const bad = last.filter((look) =>
      look.masters.some((master) => this.#isBad(trigger, look.outcome, master)),
    ).length
    if (bad < looks) return `${trigger} after ${bad} bad looks of ${looks}`
    const first = last[0]
    if (first === undefined) return null
    const hadGood = seen.some(({ at, outcome }) => at <= first.at && isGood(outcome))
    const isInGrace = first.at - startedAt < this.#rules.triggers.startGraceMs
    return isInGrace && !hadGood ? `${trigger} within the grace after a start` : null
  }

  #isBad(trigger: string, outcome: SeenOutcome, master: MasterSighting | null): boolean {
    if (master === null) return false
    const pool = outcome.kind === 'answered' ? outcome.health?.database_pool?.state.saturation : null
    const limit = this.#rules.triggers.workerRssBytesLimit ?? Number.POSITIVE_INFINITY
    switch (trigger) {
      case 'no_workers':
        return master.workers.length === 0
      case 'target_failing':
        return outcome.kind === 'failed' ? outcome.reason !== 'malformed' : outcome.httpStatus >= 500
      case 'pool_exhausted':
        return (pool ?? 0) >= this.#rules.triggers.poolCritical
      case 'memory_high':
        return master.workers.some(({ rssBytes }) => rssBytes >= limit)
      default:
        return false
    }
  }

  #of(by: WatchdogId): Seen {
    const seen = this.#seen.get(by) ?? { master: null, looks: [], startedAt: 0 }
    this.#seen.set(by, seen)
    return seen
  }
}

function isGood(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 400
}
