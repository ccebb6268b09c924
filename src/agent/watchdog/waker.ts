import type { DurationMs } from '#domain/time.ts'

/** A sleep that an event may end early. What wakes while nobody sleeps ends the next one at once. */
export class Waker {
  #isWoken = false
  #end: (() => void) | null = null

  wake(): void {
    this.#isWoken = true
    this.#end?.()
  }

  /** The result of the work, or null where something woke first: then the work goes on, and its end wakes. */
  async orWoken<T>(work: Promise<T>): Promise<T | null> {
    let isDone = false
    const done = work.then((result) => {
      isDone = true
      return result
    })
    const woken = new Promise<null>((end) => {
      if (this.#isWoken) end(null)
      else this.#end = () => end(null)
    })
    const first = await Promise.race([done, woken])
    this.#end = null
    if (first === null && !isDone) void done.then(() => this.wake())
    return first
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
