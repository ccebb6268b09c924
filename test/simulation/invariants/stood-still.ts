import type { Fact } from '../facts.ts'

/** For how long the world kept the watchdogs from going on: what they overlook meanwhile is no fault of theirs. */
export class StoodStill {
  #from = Number.NEGATIVE_INFINITY
  #until = Number.NEGATIVE_INFINITY

  see(fact: Fact, now: number): void {
    if (fact.kind !== 'stood_still') return
    const isOver = now > this.#until
    if (isOver || fact.from < this.#from) this.#from = fact.from
    this.#until = fact.until
  }

  withinLast(ms: number, now: number): number {
    return Math.max(0, Math.min(now, this.#until) - Math.max(now - ms, this.#from))
  }
}
