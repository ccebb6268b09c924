/** L1 of the route cache: in the worker's own memory, least recently used first out, nothing kept for long. */
import type { Clock } from '#agent/ports/clock.ts'

const ENTRIES_MAX = 128
const TTL_MS = 5_000

export class MemoryCache {
  readonly #clock: Clock
  readonly #entries = new Map<string, { value: string; expiresAtMs: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get(key: string): string | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    this.#entries.delete(key)
    if (entry.expiresAtMs <= this.#clock.monotonicNow()) return null
    // Put back at the end: the order of the map is the order of use.
    this.#entries.set(key, entry)
    return entry.value
  }

  put(key: string, value: string): void {
    this.#entries.delete(key)
    this.#entries.set(key, { value, expiresAtMs: this.#clock.monotonicNow() + TTL_MS })
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > ENTRIES_MAX && oldest !== undefined) this.#entries.delete(oldest)
  }
}
