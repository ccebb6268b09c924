import type { DurationMs } from '#domain/time.ts'

/** A sleep that an event may end early. What wakes while nobody sleeps ends the next one at once. */
export class Waker {
  #isWoken = false
  #end: (() => void) | null = null

  wake(): void {
    this.#isWoken = true
    this.#end?.()
  }

  async sleep(duration: DurationMs): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((end) => {
        const timer = setTimeout(end, duration)
        this.#end = () => {
          clearTimeout(timer)
          end()
        }
      })
    }
    this.#end = null
    this.#isWoken = false
  }
}
