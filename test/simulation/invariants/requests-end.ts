import type { WatchdogRules } from '#agent/watchdog/rules.ts'
import type { Fact, RowFact } from '../facts.ts'
import type { Checker } from './checker.ts'

/**
 * WD7, WD9: whoever asked has one answer: every request that was recorded or claimed ends in exactly one outcome
 * once the world is quiet, never in two, and is never begun twice, nor given up before its time.
 */
export class RequestsEnd implements Checker {
  readonly name = 'one outcome for each request'
  /** How many ends each known request has had. */
  readonly #ends = new Map<string, number>()
  readonly #begun = new Map<string, string>()
  readonly #recordedAt = new Map<string, number>()
  readonly #claimed = new Set<string>()
  readonly #requestTtlMs: number

  constructor({ requestTtlMs }: WatchdogRules) {
    this.#requestTtlMs = requestTtlMs
  }

  see(fact: Fact): string | null {
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  atRest(): string | null {
    for (const [id, ends] of this.#ends) if (ends === 0) return `request ${id} has no outcome`
    return null
  }

  #row({ row: { event }, askedAt }: RowFact): string | null {
    switch (event.type) {
      case 'request_recorded':
        this.#recordedAt.set(event.ask.request_id, askedAt)
        this.#isKnown(event.ask.request_id)
        return null
      case 'request_claimed':
        this.#isKnown(event.ask.request_id)
        return this.#claim(event.ask.request_id)
      case 'intent':
        return this.#begins(event.attempt_id, event.ask.request_id)
      case 'outcome':
        return this.#end(this.#begun.get(event.attempt_id) ?? `of no intent: ${event.attempt_id}`)
      case 'request_refused':
        return this.#end(event.ask.request_id)
      case 'request_ended':
        return this.#end(event.request_id) ?? this.#givenUp(event, askedAt)
      default:
        return null
    }
  }

  #isKnown(id: string): void {
    this.#ends.set(id, this.#ends.get(id) ?? 0)
  }

  #claim(id: string): string | null {
    const isSecond = this.#claimed.has(id)
    this.#claimed.add(id)
    return isSecond ? `request ${id} is claimed a second time` : null
  }

  #givenUp({ request_id: id, reason }: { request_id: string; reason: string }, at: number): string | null {
    const waited = at - (this.#recordedAt.get(id) ?? Number.NEGATIVE_INFINITY)
    return reason === 'request_expired' && !this.#claimed.has(id) && waited < this.#requestTtlMs
      ? `request ${id} is given up ${waited} ms after it was recorded`
      : null
  }

  #begins(attemptId: string, requestId: string): string | null {
    const isSecond = [...this.#begun.values()].includes(requestId) || (this.#ends.get(requestId) ?? 0) > 0
    this.#begun.set(attemptId, requestId)
    return isSecond ? `request ${requestId} is executed a second time` : null
  }

  #end(id: string): string | null {
    const ends = (this.#ends.get(id) ?? 0) + 1
    this.#ends.set(id, ends)
    return ends === 1 ? null : `request ${id} has ${ends} outcomes`
  }
}
