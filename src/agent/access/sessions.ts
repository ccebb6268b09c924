/**
 * Sessions of browsers (SE1): on this side alone, in memory, and known by the hash of what the cookie holds. An agent
 * that was started again knows none, and people sign in again. Lengths are measured on the clock that nobody sets.
 */
import type { Role } from '#domain/access/roles.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import { isSameSecret, newSecret, sha256 } from './secrets.ts'

export interface Identity {
  /** As the journal names it: `user:ops`, `link:ops`, `token:ci`. */
  readonly name: string
  /** As a person reads it. */
  readonly shown: string
  readonly role: Role
}

export interface Session {
  readonly identity: Identity
  readonly csrf: string
  readonly endsAt: EpochMs
}

/** A session as somebody else may see it. */
export interface ListedSession extends Pick<Session, 'identity' | 'endsAt'> {
  readonly id: string
  readonly address: string
  readonly beganAt: EpochMs
  readonly seenAt: EpochMs
}

interface HeldSession extends Session {
  readonly address: string
  readonly began: DurationMs
  seen: DurationMs
}

export interface SessionLimits {
  readonly idleMs: DurationMs
  readonly longestMs: DurationMs
}

/** A desk, a laptop, a phone, and some forgotten ones; the one that was seen longest ago makes room. */
const PER_IDENTITY_LIMIT = 10

export class Sessions {
  readonly #limits: SessionLimits
  readonly #clock: Clock
  readonly #held = new Map<string, HeldSession>()

  constructor(limits: SessionLimits, clock: Clock) {
    this.#limits = limits
    this.#clock = clock
  }

  /** Always under a secret of its own: whatever the browser brought along is not taken up. */
  begin(identity: Identity, address: string): { secret: string; session: Session } {
    this.#forgetEnded()
    this.#makeRoom(identity.name)
    const now = this.#clock.monotonicNow()
    const endsAt = this.#clock.wallNow() + this.#limits.longestMs
    const session = { identity, csrf: newSecret(), endsAt, address, began: now, seen: now }
    const secret = newSecret()
    this.#held.set(sha256(secret), session)
    return { secret, session }
  }

  /** Asking in it is what keeps it from being idle. */
  find(secret: string): Session | null {
    const session = this.#held.get(sha256(secret))
    if (session === undefined) return null
    if (this.#isOver(session)) {
      this.#held.delete(sha256(secret))
      return null
    }
    session.seen = this.#clock.monotonicNow()
    return session
  }

  /** Without asking in it: a page that is only open keeps no session alive. */
  isHeld(secret: string): boolean {
    const session = this.#held.get(sha256(secret))
    return session !== undefined && !this.#isOver(session)
  }

  end(secret: string): void {
    this.#held.delete(sha256(secret))
  }

  /** Those that last, the newest first. */
  list(): ListedSession[] {
    this.#forgetEnded()
    const [wall, now] = [this.#clock.wallNow(), this.#clock.monotonicNow()]
    return [...this.#held]
      .map(([key, { identity, endsAt, address, began, seen }]) => ({
        id: sessionId(key),
        identity,
        endsAt,
        address,
        beganAt: wall - (now - began),
        seenAt: wall - (now - seen),
      }))
      .toSorted((one, other) => other.beganAt - one.beganAt)
  }

  /** Whose it was; null: there is none of that id. */
  endNamed(id: string): Identity | null {
    const found = [...this.#held].find(([key]) => sessionId(key) === id)
    if (found === undefined) return null
    this.#held.delete(found[0])
    return found[1].identity
  }

  endAllOf(name: string): void {
    for (const [key, { identity }] of this.#held) if (identity.name === name) this.#held.delete(key)
  }

  #isOver({ began, seen }: HeldSession): boolean {
    const now = this.#clock.monotonicNow()
    return now - began >= this.#limits.longestMs || now - seen >= this.#limits.idleMs
  }

  #forgetEnded(): void {
    for (const [key, session] of this.#held) if (this.#isOver(session)) this.#held.delete(key)
  }

  #makeRoom(name: string): void {
    const own = [...this.#held].filter(([, { identity }]) => identity.name === name)
    const surplus = own
      .toSorted(([, one], [, other]) => one.seen - other.seen)
      .slice(0, 1 - PER_IDENTITY_LIMIT)
    if (own.length >= PER_IDENTITY_LIMIT) for (const [key] of surplus) this.#held.delete(key)
  }
}

/** Short, and enough: a browser's secret is found by none of it. */
export function sessionId(hashedSecret: string): string {
  return hashedSecret.slice(0, 16)
}

export function csrfMatches({ csrf }: Pick<Session, 'csrf'>, given: string | null): boolean {
  return given !== null && isSameSecret(csrf, given)
}
