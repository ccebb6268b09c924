/**
 * The circuit breaker of `target/breaker.py`, told again: half-open is "opened, and the open time is
 * over", one call at a time may try then, and answers from before a transition count for nothing.
 */
import type { DurationMs } from '#domain/time.ts'
import type { Admission, CircuitSnapshot } from './wire.ts'

export const WINDOW = 10
const FAILURES_MIN = 5
const FAILURE_RATIO_MAX = 0.5

interface Ticket {
  readonly generation: number
  readonly isProbe: boolean
  readonly holder: number
}

export class Breaker {
  readonly #openMs: DurationMs
  readonly #tickets = new Map<number, Ticket>()
  #results: boolean[] = []
  #openedAtMs: DurationMs | null = null
  #generation = 0
  #lastTicket = 0

  constructor(openMs: DurationMs) {
    this.#openMs = openMs
  }

  admit(holder: number, now: DurationMs): Admission {
    const remainingMs = this.#remainingMs(now)
    if (remainingMs > 0) return { retryAfterSeconds: remainingMs / 1000 }
    const isProbe = this.#openedAtMs !== null
    if (isProbe && [...this.#tickets.values()].some((ticket) => ticket.isProbe))
      return { retryAfterSeconds: 1 }
    this.#lastTicket += 1
    this.#tickets.set(this.#lastTicket, { generation: this.#generation, isProbe, holder })
    return { ticket: this.#lastTicket }
  }

  settle(number: number, succeeded: boolean, now: DurationMs): void {
    const ticket = this.#tickets.get(number)
    this.#tickets.delete(number)
    if (ticket === undefined || ticket.generation !== this.#generation) return
    if (ticket.isProbe && succeeded) {
      this.#results = []
      this.#turn(null)
      return
    }
    this.#results = [...this.#results, succeeded].slice(-WINDOW)
    if (ticket.isProbe || this.#trips()) this.#turn(now)
  }

  /** A worker died during its calls: they are nobody's failure, and a probe may be tried again. */
  forgetAllOf(holder: number): void {
    for (const [number, ticket] of this.#tickets) if (ticket.holder === holder) this.#tickets.delete(number)
  }

  snapshot(now: DurationMs): CircuitSnapshot {
    const remainingMs = this.#remainingMs(now)
    const failures = this.#failures()
    return {
      state: this.#openedAtMs === null ? 'CLOSED' : remainingMs > 0 ? 'OPEN' : 'HALF_OPEN',
      failures,
      successes: this.#results.length - failures,
      lastFailed: this.#results.at(-1) === false,
      retryAfterSeconds: remainingMs > 0 ? Math.round(remainingMs / 100) / 10 : null,
    }
  }

  #turn(openedAtMs: DurationMs | null): void {
    this.#openedAtMs = openedAtMs
    this.#generation += 1
  }

  #remainingMs(now: DurationMs): DurationMs {
    return this.#openedAtMs === null ? 0 : Math.max(0, this.#openedAtMs + this.#openMs - now)
  }

  #failures(): number {
    return this.#results.filter((succeeded) => !succeeded).length
  }

  #trips(): boolean {
    const failures = this.#failures()
    return failures >= FAILURES_MIN && failures / this.#results.length >= FAILURE_RATIO_MAX
  }
}
