import type { Fact, RowFact } from '../facts.ts'
import type { Checker } from './checker.ts'

/**
 * WD7, WD9: whoever asked has one answer: every request that was recorded or claimed ends in exactly one outcome
 * once the world is quiet, never in two, and is never begun twice.
 */
export class RequestsEnd implements Checker {
  readonly name = 'one outcome for each request'
  /** How many ends each known request has had. */
  readonly #ends = new Map<string, number>()
  readonly #begun = new Map<string, string>()

  see(fact: Fact): string | null {
    return fact.kind === 'row' ? this.#row(fact) : null
  }

  atRest(): string | null {
    for (const [id, ends] of this.#ends) if (ends === 0) return `request ${id} has no outcome`
    return null
  }

  #row({ row: { event } }: RowFact): string | null {
    switch (event.type) {
      case 'request_recorded':
      case 'request_claimed':
        this.#ends.set(event.ask.request_id, this.#ends.get(event.ask.request_id) ?? 0)
        return null
      case 'intent':
        return this.#begins(event.attempt_id, event.ask.request_id)
      case 'outcome':
        return this.#end(this.#begun.get(event.attempt_id) ?? `of no intent: ${event.attempt_id}`)
      case 'request_refused':
        return this.#end(event.ask.request_id)
      case 'request_ended':
        return this.#end(event.request_id)
      default:
        return null
    }
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
