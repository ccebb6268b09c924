/** Links that let in once (SE2), for whoever may open the agent's socket: known by their hash, in memory, for minutes. */
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { newSecret, sha256 } from './secrets.ts'
import type { Identity } from './sessions.ts'

const LIFE_MS: DurationMs = 15 * 60_000
/** The oldest makes room. */
const LINKS_LIMIT = 16

export class SignInLinks {
  readonly #clock: Clock
  readonly #held = new Map<string, { identity: Identity; made: DurationMs }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get endsAt(): EpochMs {
    return this.#clock.wallNow() + LIFE_MS
  }

  make(identity: Identity): string {
    const secret = newSecret()
    this.#held.set(sha256(secret), { identity, made: this.#clock.monotonicNow() })
    const [oldest] = this.#held.keys()
    if (this.#held.size > LINKS_LIMIT && oldest !== undefined) this.#held.delete(oldest)
    return secret
  }

  /** Once: whoever comes second finds nothing. */
  redeem(secret: string): Identity | null {
    const key = sha256(secret)
    const link = this.#held.get(key)
    this.#held.delete(key)
    if (link === undefined || this.#clock.monotonicNow() - link.made > LIFE_MS) return null
    return link.identity
  }
}
