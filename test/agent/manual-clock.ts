import type { Clock } from '#agent/ports/clock.ts'

/** Two clocks that a test moves: together as time passes, the wall alone when somebody sets it. */
export class ManualClock implements Clock {
  #wall: number
  #monotonic = 1000

  constructor(wall = Date.UTC(2026, 1, 8, 3, 14, 15)) {
    this.#wall = wall
  }

  wallNow(): number {
    return this.#wall
  }

  monotonicNow(): number {
    return this.#monotonic
  }

  pass(ms: number): void {
    this.#wall += ms
    this.#monotonic += ms
  }

  setWallBy(ms: number): void {
    this.#wall += ms
  }
}
