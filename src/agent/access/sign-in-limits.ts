/**
 * Wrong passwords slow down, and never lock (SE1): after some, the next look at a password of that account, asked from
 * that address, waits twice as long each time, up to a limit. What is asked meanwhile is not looked at and does
 * not count. Whoever is kept waiting by somebody else still has the host's way in.
 */
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

const FREE_TRIES = 5
const FIRST_WAIT_MS: DurationMs = 1_000
const WAIT_MS_LIMIT: DurationMs = 30_000
/** After that a person has a clean slate. */
const FORGET_MS: DurationMs = 15 * 60_000
/** Names and addresses are whatever somebody sends: the ones that were tried longest ago make room. */
const PLACES_LIMIT = 2_000

interface Tries {
  readonly wrong: number
  readonly last: DurationMs
}

export class SignInLimits {
  readonly #clock: Clock
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long to wait before the next look; 0: none. */
  waitMs(account: string, address: string): DurationMs {
    const tries = this.#triesAt(keyOf(account, address))
    if (tries === null || tries.wrong < FREE_TRIES) return 0
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries.wrong - FREE_TRIES), WAIT_MS_LIMIT)
    return Math.max(0, tries.last + wait - this.#clock.monotonicNow())
  }

  wrong(account: string, address: string): void {
    const key = keyOf(account, address)
    const wrong = (this.#triesAt(key)?.wrong ?? 0) + 1
    // Taken out first: the map's order is by the last try.
    this.#tries.delete(key)
    this.#tries.set(key, { wrong, last: this.#clock.monotonicNow() })
    const [oldest] = this.#tries.keys()
    if (this.#tries.size > PLACES_LIMIT && oldest !== undefined) this.#tries.delete(oldest)
  }

  right(account: string, address: string): void {
    this.#tries.delete(keyOf(account, address))
  }

  #triesAt(key: string): Tries | null {
    const tries = this.#tries.get(key)
    return tries === undefined || this.#clock.monotonicNow() - tries.last > FORGET_MS ? null : tries
  }
}

function keyOf(account: string, address: string): string {
  return JSON.stringify([account, address])
}
