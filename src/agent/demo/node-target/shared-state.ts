/** What all workers of the Node target share; kept by the master, so no worker's death can damage it. */
import type { Clock } from '#agent/ports/clock.ts'
import { Breaker } from './breaker.ts'
import { Permits } from './permits.ts'
import type { Question, Remark, SharedSnapshot } from './wire.ts'

export const POOL_CAPACITY = 12
export const POOL_TIMEOUT_SECONDS = 0.5
const L2_ENTRIES_MAX = 1024
const L2_TTL_MS = 20_000

type CrewCount = Pick<SharedSnapshot, 'workerPids' | 'workersWanted'>

export class SharedState {
  readonly #clock: Clock
  readonly #permits = new Permits(POOL_CAPACITY, POOL_TIMEOUT_SECONDS * 1000)
  readonly #breaker: Breaker
  readonly #cache = new Map<string, { value: string; expiresAtMs: number }>()
  readonly #counters = { l1_hits: 0, l2_hits: 0, misses: 0 }

  constructor(clock: Clock, breakerOpenSeconds: number) {
    this.#clock = clock
    this.#breaker = new Breaker(breakerOpenSeconds * 1000)
  }

  answer(worker: number, question: Question, crew: CrewCount, reply: (value: unknown) => void): void {
    switch (question.ask) {
      case 'check-out':
        return this.#permits.request(worker, reply)
      case 'admit':
        return reply(this.#breaker.admit(worker, this.#clock.monotonicNow()))
      case 'cache-get':
        return reply(this.#lookUp(question.key))
      case 'snapshot':
        return reply(this.#snapshot(crew))
    }
  }

  hear(remark: Remark): void {
    switch (remark.tell) {
      case 'check-in':
        return this.#permits.release(remark.lease)
      case 'settle':
        return this.#breaker.settle(remark.ticket, remark.succeeded, this.#clock.monotonicNow())
      case 'l1-hit':
        this.#counters.l1_hits += 1
        return
      case 'cache-put':
        return this.#keep(remark.key, remark.value)
      case 'ready':
    }
  }

  forget(worker: number): void {
    this.#permits.releaseAllOf(worker)
    this.#breaker.forgetAllOf(worker)
  }

  #lookUp(key: string): string | null {
    const entry = this.#cache.get(key)
    const isFresh = entry !== undefined && entry.expiresAtMs > this.#clock.monotonicNow()
    this.#counters[isFresh ? 'l2_hits' : 'misses'] += 1
    return isFresh ? entry.value : null
  }

  #keep(key: string, value: string): void {
    this.#cache.delete(key)
    this.#cache.set(key, { value, expiresAtMs: this.#clock.monotonicNow() + L2_TTL_MS })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > L2_ENTRIES_MAX && oldest !== undefined) this.#cache.delete(oldest)
  }

  #snapshot(crew: CrewCount): SharedSnapshot {
    return {
      checkedOut: this.#permits.held,
      circuit: this.#breaker.snapshot(this.#clock.monotonicNow()),
      cache: { ...this.#counters },
      ...crew,
    }
  }
}
