/** The bound of the connection pool: so many leases in all workers together, the rest waits its turn. */

interface Waiter {
  readonly holder: number
  readonly grant: (lease: number | null) => void
  readonly timer: NodeJS.Timeout
}

export class Permits {
  readonly #capacity: number
  readonly #waitLimitMs: number
  readonly #holders = new Map<number, number>()
  #waiting: Waiter[] = []
  #lastLease = 0

  constructor(capacity: number, waitLimitMs: number) {
    this.#capacity = capacity
    this.#waitLimitMs = waitLimitMs
  }

  get held(): number {
    return this.#holders.size
  }

  /** Answers at once or later, with a lease, or with null when the time is over. */
  request(holder: number, grant: (lease: number | null) => void): void {
    if (this.#holders.size < this.#capacity) {
      grant(this.#lease(holder))
      return
    }
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((waiter) => waiter.timer !== timer)
      grant(null)
    }, this.#waitLimitMs)
    this.#waiting.push({ holder, grant, timer })
  }

  release(lease: number): void {
    if (!this.#holders.delete(lease)) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    clearTimeout(next.timer)
    next.grant(this.#lease(next.holder))
  }

  /** A worker died: what it held comes free, what it waited for is forgotten. */
  releaseAllOf(holder: number): void {
    const [gone, left] = [
      this.#waiting.filter((waiter) => waiter.holder === holder),
      this.#waiting.filter((waiter) => waiter.holder !== holder),
    ]
    for (const { timer } of gone) clearTimeout(timer)
    this.#waiting = left
    for (const [lease, owner] of this.#holders) if (owner === holder) this.release(lease)
  }

  #lease(holder: number): number {
    this.#lastLease += 1
    this.#holders.set(this.#lastLease, holder)
    return this.#lastLease
  }
}
