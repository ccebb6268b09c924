import type { Fact, RowFact, WatchdogId } from '../facts.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { Checker } from './checker.ts'
import type { Attempt, Ledger } from './ledger.ts'

/** An operator's word is obeyed this long after it was durable, at the latest. */
const HEARD_MS = 1_000
/** More than can come between a decision and its row. */
const ANSWERS_KEPT = 4

interface Answer {
  readonly at: number
  readonly outcome: SeenOutcome
}

/**
 * WD4, WD5, WD13: no automatic signal while the guard is latched, the service is gated, paused or cooling down;
 * and no plain manual one while the guard is latched or the service cools down.
 */
export class ObeysGates implements Checker {
  readonly name = 'no restart through a closed gate'
  readonly #ledger: Ledger
  /** The newest answers, oldest first: one that came after the decision says nothing of it. */
  readonly #answers = new Map<WatchdogId, readonly Answer[]>()
  /** Since when it is paused, and until when at the latest. */
  #pause: { readonly since: number; readonly until: number } | null = null

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  see(fact: Fact, now: number): string | null {
    if (fact.kind === 'probed') {
      const before = this.#answers.get(fact.by) ?? []
      this.#answers.set(fact.by, [...before, { at: now, outcome: fact.outcome }].slice(-ANSWERS_KEPT))
    }
    if (fact.kind !== 'row') return null
    this.#hear(fact)
    if (fact.row.event.type !== 'intent') return null
    const attempt = this.#ledger.openOf(fact.by)
    return attempt === null || attempt.isOverride ? null : this.#closedGate(attempt)
  }

  /** Judged at the intent: it is what allows the signal. */
  #closedGate(attempt: Attempt): string | null {
    const { at, ask, by } = attempt
    const isAuto = ask.source === 'auto'
    if (this.#ledger.isLatched(at)) return `an intent of a ${ask.source} restart while the guard is latched`
    const sinceLast = at - this.#ledger.lastSignalledAt(attempt)
    const { cooldownMs } = this.#ledger.rules.policy
    if (sinceLast < cooldownMs)
      return `an intent ${sinceLast} ms after an attempt; the cooldown is ${cooldownMs} ms`
    if (!isAuto) return null
    if (this.#isPaused(at)) return 'an automatic intent while paused'
    return this.#isGated(by, at)
      ? 'an automatic intent while the circuit is open or the database unreachable'
      : null
  }

  #hear({ row: { event, time }, askedAt }: RowFact): void {
    if (event.type === 'resumed') this.#pause = null
    if (event.type !== 'paused') return
    const lasts = event.until === null ? Number.POSITIVE_INFINITY : event.until - time.wall
    this.#pause = { since: askedAt, until: askedAt + lasts }
  }

  #isPaused(at: number): boolean {
    return this.#pause !== null && at - this.#pause.since > HEARD_MS && at < this.#pause.until
  }

  #isGated(by: WatchdogId, decidedAt: number): boolean {
    const last = this.#answers.get(by)?.findLast(({ at }) => at <= decidedAt)?.outcome
    const told = last?.kind === 'answered' ? last.health : null
    return (
      (told?.circuit_breaker?.state ?? 'CLOSED') !== 'CLOSED' ||
      told?.services?.['database'] === 'unreachable'
    )
  }
}
