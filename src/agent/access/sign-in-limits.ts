/**
 * Wrong passwords slow down, and never lock (SE1): after some, the next look at a password waits twice as long each
 * time, up to a limit. They are counted for an account asked from an address, and for the address alone, which may try
 * more: many people may share it, and somebody who tries many accounts is stopped there. What is asked meanwhile is not looked
 * at and does not count. Whoever is kept waiting by somebody else still has the host's way in.
 */
import type { DurationMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'

const FREE_TRIES = 5
const FREE_TRIES_OF_ADDRESS = 20
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

/** What is counted together. */
interface Place {
  readonly key: string
  readonly free: number
}

export class SignInLimits {
  readonly #clock: Clock
  readonly #tries = new Map<string, Tries>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How long to wait before the next look; 0: none. */
  waitMs(account: string, address: string): DurationMs {
    return Math.max(...placesOf(account, address).map((place) => this.#waitAt(place)))
  }

  wrong(account: string, address: string): void {
    for (const { key } of placesOf(account, address)) this.#count(key)
  }

  /** The address goes on: one right password does not make a thousand wrong ones good. */
  right(account: string, address: string): void {
    const [own] = placesOf(account, address)
    this.#tries.delete(own.key)
  }

  #waitAt({ key, free }: Place): DurationMs {
    const tries = this.#triesAt(key)
    if (tries === null || tries.wrong < free) return 0
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (tries.wrong - free), WAIT_MS_LIMIT)
    return Math.max(0, tries.last + wait - this.#clock.monotonicNow())
  }

  #count(key: string): void {
    const wrong = (this.#triesAt(key)?.wrong ?? 0) + 1
    // Taken out first: the map's order is by the last try.
    this.#tries.delete(key)
    this.#tries.set(key, { wrong, last: this.#clock.monotonicNow() })
    const [oldest] = this.#tries.keys()
    if (this.#tries.size > PLACES_LIMIT && oldest !== undefined) this.#tries.delete(oldest)
  }

  #triesAt(key: string): Tries | null {
    const tries = this.#tries.get(key)
    return tries === undefined || this.#clock.monotonicNow() - tries.last > FORGET_MS ? null : tries
  }
}

function placesOf(account: string, address: string): readonly [Place, Place] {
  return [
    { key: JSON.stringify([account, address]), free: FREE_TRIES },
    { key: JSON.stringify([address]), free: FREE_TRIES_OF_ADDRESS },
  ]
}
