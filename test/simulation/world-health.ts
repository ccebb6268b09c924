/** What the target's health endpoint answers, read by the real reader; it may be slow, and it may lie. */
import type { Traffic } from '#domain/schemas/traffic-file.ts'
import { readAnswer, type SeenOutcome } from '#agent/intake/read-answer.ts'

export type Illness = 'refused' | 'timeout' | 'http_5xx' | 'malformed' | 'unhealthy' | 'pool_exhausted'

export const ILLNESSES = [
  'refused',
  'timeout',
  'http_5xx',
  'malformed',
  'unhealthy',
  'pool_exhausted',
] as const

export class WorldHealth {
  illness: Illness | null = null
  /** Fresh workers are well again. */
  healsByRestart = true
  circuit: 'CLOSED' | 'OPEN' | 'HALF_OPEN' = 'CLOSED'
  isDatabaseReachable = true
  /** What it says whatever is the case. */
  lie: 'well' | 'ill' | null = null
  /** How long it takes until it answers: as long as what it waits for itself. */
  answerMs = 0
  readonly #read = new Map<string, SeenOutcome>()

  freshWorkers(): void {
    if (this.healsByRestart) this.illness = null
  }

  answer(isServing: boolean, at: number): SeenOutcome {
    const illness = this.lie === 'well' ? null : this.lie === 'ill' ? 'unhealthy' : this.illness
    if (!isServing) return { kind: 'failed', reason: 'refused', at }
    return illness === null || illness === 'unhealthy' || illness === 'pool_exhausted'
      ? { ...this.#told(illness), at }
      : { kind: 'failed', reason: illness, at }
  }

  /** What the agent counts of the requests; whoever lies about the health lies about them as well. */
  traffic(now: number, boot: string): Traffic {
    const isFailing = this.lie === 'ill' || (this.lie === null && this.illness === 'http_5xx')
    const last = Math.floor(now / 1000)
    const seconds = Array.from({ length: Math.min(30, last) }, (_, index) => {
      return { second: last - 30 + index, requests: 50, errors: isFailing ? 50 : 0 }
    })
    return { boot, until: now, seconds }
  }

  #told(illness: Illness | null): SeenOutcome {
    const key = `${illness} ${this.circuit} ${this.isDatabaseReachable}`
    const known = this.#read.get(key)
    if (known !== undefined) return known
    const saturation = illness === 'pool_exhausted' ? 1 : 0.4
    const payload = {
      status: illness === 'unhealthy' ? 'unhealthy' : 'healthy',
      services: { database: this.isDatabaseReachable ? 'ok' : 'unreachable' },
      circuit_breaker: { state: this.circuit },
      database_pool: {
        runtime: { max_capacity: 5 },
        state: { checked_out: 5 * saturation, max_capacity: 5, saturation },
      },
    }
    const outcome = readAnswer(
      { kind: 'answered', status: illness === 'unhealthy' ? 503 : 200, body: JSON.stringify(payload) },
      1,
      0,
    )
    this.#read.set(key, outcome)
    return outcome
  }
}
