/**
 * Traffic for the target: open-loop, so that a slow target does not slow its callers down, which is how
 * callers behave. Everything is bounded: how many requests are under way, and how long each may take.
 */
import { request } from 'node:http'
import type { ClientRequest } from 'node:http'
import type { Clock } from '#agent/ports/clock.ts'
import type { HostPort } from './arguments.ts'
import { pickPath } from './load-profile.ts'
import type { LoadProfile } from './load-profile.ts'
import { seededRandom } from './seeded-random.ts'

const OUTSTANDING_MAX = 64
const REQUEST_LIMIT_MS = 5_000
const TICK_MS = 25
// After a stall (a suspended machine, say) the traffic goes on; it does not make up for what was missed.
const CATCH_UP_MS = 500

export interface LoadOutcomes {
  /** Answers by status code. */
  answered: Record<number, number>
  /** Connections refused, reset or ended early. */
  failed: number
  timedOut: number
  /** Arrivals not sent because too many requests were under way. */
  turnedAway: number
}

interface Outstanding {
  readonly request: ClientRequest
  readonly startedAtMs: number
}

export class LoadGenerator {
  readonly outcomes: LoadOutcomes = { answered: {}, failed: 0, timedOut: 0, turnedAway: 0 }
  readonly #target: HostPort
  readonly #clock: Clock
  readonly #random: () => number
  readonly #outstanding = new Set<Outstanding>()
  #profile: LoadProfile
  #timer: NodeJS.Timeout | null = null
  #nextArrivalMs = 0

  constructor(options: { target: HostPort; profile: LoadProfile; clock: Clock; seed: number }) {
    this.#target = options.target
    this.#profile = options.profile
    this.#clock = options.clock
    this.#random = seededRandom(options.seed)
  }

  start(): void {
    if (this.#timer !== null) return
    this.#nextArrivalMs = this.#clock.monotonicNow()
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  setProfile(profile: LoadProfile): void {
    this.#profile = profile
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    for (const { request } of this.#outstanding) request.destroy()
    this.#outstanding.clear()
  }

  get outstanding(): number {
    return this.#outstanding.size
  }

  #tick(): void {
    const now = this.#clock.monotonicNow()
    this.#endOverdue(now)
    this.#nextArrivalMs = Math.max(this.#nextArrivalMs, now - CATCH_UP_MS)
    while (this.#nextArrivalMs <= now) {
      this.#arrive(now)
      this.#nextArrivalMs += this.#gapMs()
    }
  }

  /** Exponential gaps: arrivals that know nothing of each other. */
  #gapMs(): number {
    return (-Math.log(1 - this.#random()) * 1000) / this.#profile.requestsPerSecond
  }

  #endOverdue(now: number): void {
    // Oldest first, so the first one in time ends the search.
    for (const entry of this.#outstanding) {
      if (now - entry.startedAtMs < REQUEST_LIMIT_MS) return
      this.#outstanding.delete(entry)
      this.outcomes.timedOut += 1
      entry.request.destroy()
    }
  }

  #arrive(now: number): void {
    const path = pickPath(this.#profile, this.#random)
    if (this.#outstanding.size >= OUTSTANDING_MAX) {
      this.outcomes.turnedAway += 1
      return
    }
    this.#send(path, now)
  }

  #send(path: string, startedAtMs: number): void {
    const { host, port } = this.#target
    const sent = request({ host, port, path, agent: false, headers: { Connection: 'close' } })
    const entry: Outstanding = { request: sent, startedAtMs }
    this.#outstanding.add(entry)
    // Only the first end counts; one that `stop` or the time limit brought about has been counted there.
    const settle = (count: () => void) => {
      if (this.#outstanding.delete(entry)) count()
    }
    sent.on('error', () => settle(() => (this.outcomes.failed += 1)))
    sent.on('response', (response) => {
      const status = response.statusCode ?? 0
      response.on('end', () =>
        settle(() => (this.outcomes.answered[status] = (this.outcomes.answered[status] ?? 0) + 1)),
      )
      response.on('error', () => settle(() => (this.outcomes.failed += 1)))
      response.resume()
    })
    sent.end()
  }
}
