import type { DurationMs } from '#domain/time.ts'

/** Calls back once, unless it is cancelled before. */
export type StartTimer = (duration: DurationMs, end: () => void) => { cancel(): void }

/** `over`: its time is, or it was woken. */
export type SleepEnd = 'over' | 'nudged'

const realTimer: StartTimer = (duration, end) => {
  const timer = setTimeout(end, duration)
  return { cancel: () => clearTimeout(timer) }
}

/** A sleep that an event may end early. What wakes while nobody sleeps ends the next one at once. */
export class Waker {
  readonly #startTimer: StartTimer
  #isWoken = false
  #end: (() => void) | null = null
  #nudge: (() => void) | null = null

  constructor(startTimer = realTimer) {
    this.#startTimer = startTimer
  }

  wake(): void {
    this.#isWoken = true
    this.#end?.()
  }

  /** Only a sleep is disturbed, which may go on: whoever works at that moment looks later anyway. */
  nudge(): void {
    this.#nudge?.()
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

  async sleep(duration: DurationMs): Promise<SleepEnd> {
    const end = this.#isWoken ? 'over' : await this.#untilDisturbed(duration)
    this.#end = null
    this.#nudge = null
    if (end === 'nudged' && !this.#isWoken) return end
    this.#isWoken = false
    return 'over'
  }

  #untilDisturbed(duration: DurationMs): Promise<SleepEnd> {
    return new Promise((end) => {
      const timer = this.#startTimer(duration, () => end('over'))
      const endBy = (how: SleepEnd) => () => {
        timer.cancel()
        end(how)
      }
      this.#end = endBy('over')
      this.#nudge = endBy('nudged')
    })
  }
}
