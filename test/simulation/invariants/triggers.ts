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
  /** The first good one since that start, which ends its grace; null: there was none. */
  goodAt: number | null
  /** The attempt that it began itself, since it began to read. */
  attempt: string | null
  /** The last start or restart that this process knows of. */
  startedAt: number
}

const NOTHING = { master: null, goodAt: null, attempt: null }
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
        this.#seen.set(fact.by, { ...NOTHING, looks: [], startedAt: now })
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
    if (isGood(outcome)) seen.goodAt ??= at
    if (seen.looks.length > LOOKS_KEPT) seen.looks.shift()
  }

  #row({ row: { event }, askedAt, by }: RowFact): string | null {
    if (event.type === 'external_restart') this.#startAnew(by, askedAt, false)
    if (event.type === 'intent') this.#of(by).attempt = event.attempt_id
    if (event.type === 'outcome') this.#ended(event, askedAt, by)
    // What it knew before is forgotten; its grace began when it began to read, which nobody saw.
    if (event.type === 'watchdog_started')
      Object.assign(this.#of(by), { attempt: null, goodAt: null, looks: [] })
    if (event.type !== 'request_claimed' || !event.ask.actor.name.startsWith('watchdog:')) return null
    const trigger = event.ask.actor.name.slice('watchdog:'.length)
    const seen = this.#of(by)
    // The last answer may have come too late for this look.
    return this.#fault(seen.looks, seen, trigger) && this.#fault(seen.looks.slice(0, -1), seen, trigger)
  }

  #ended(
    { attempt_id, signalled }: { attempt_id: string; signalled: boolean },
    at: number,
    by: WatchdogId,
  ): void {
    const seen = this.#of(by)
    if (!signalled) return
    if (seen.attempt === attempt_id) this.#startAnew(by, at, true)
    // Another process signalled before it ended, and the grace of this one began later. What was seen for it is no look.
    else Object.assign(seen, { goodAt: null, looks: [] })
  }

  /** After a look that found somebody else's restart, that look counts already; after one of our own, none does. */
  #startAnew(by: WatchdogId, at: number, forgetsLooks: boolean): void {
    const seen = this.#of(by)
    seen.startedAt = at
    seen.looks = forgetsLooks ? [] : seen.looks.slice(-1)
    seen.goodAt = seen.looks.find(({ outcome }) => isGood(outcome))?.at ?? null
  }

  #fault(seen: readonly Look[], { startedAt, goodAt }: Seen, trigger: string): string | null {
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
    const hadGood = goodAt !== null && goodAt <= first.at
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
    const seen = this.#seen.get(by) ?? { ...NOTHING, looks: [], startedAt: 0 }
    this.#seen.set(by, seen)
    return seen
  }
}

function isGood(outcome: SeenOutcome): boolean {
  return outcome.kind === 'answered' && outcome.httpStatus < 400
}
