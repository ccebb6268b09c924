import type { DurationMs } from '#domain/time.ts'

/** A sleep that an event may end early. What wakes while nobody sleeps ends the next one at once. */
export class Waker {
  #isWoken = false
  // A new one after each sleep: whoever waited for the old one in vain must not be kept in memory by it.
  #next = Promise.withResolvers<undefined>()

  wake(): void {
    this.#isWoken = true
    this.#next.resolve(undefined)
  }

  /** Settles when something wakes, at once where that was after the last sleep. */
  woken(): Promise<void> {
    return this.#next.promise
  }

  async sleep(duration: DurationMs): Promise<void> {
    if (!this.#isWoken) {
      const timer = setTimeout(this.#next.resolve, duration, undefined)
      await this.#next.promise
      clearTimeout(timer)
    }
    this.#isWoken = false
    this.#next = Promise.withResolvers()
  }
}
