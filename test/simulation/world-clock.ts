/**
 * The host's clocks. `now` is true time, which nobody in the world can read; the checkers measure with it. The
 * wall clock can be set; the monotonic one stands still during a suspend and begins anew at each boot.
 */
import type { Clock } from '#agent/ports/clock.ts'
import type { EventTime } from '#domain/journal/events.ts'

const EPOCH = Date.UTC(2026, 1, 8, 3, 14, 15)
const UPTIME_MS = 86_400_000

export class WorldClock implements Clock {
  now = 0
  bootNumber = 1
  #wallOffset = EPOCH
  /** True time at which the monotonic clock would have read 0. */
  #monotonicZero = -UPTIME_MS

  get boot(): string {
    return `boot-${this.bootNumber}`
  }

  wallNow(): number {
    return this.now + this.#wallOffset
  }

  monotonicNow(): number {
    return this.now - this.#monotonicZero
  }

  time(): EventTime {
    return { wall: this.wallNow(), monotonic: this.monotonicNow(), boot: this.boot }
  }

  /** Kernels count process starts in ticks of 10 ms since boot. */
  ticks(): number {
    return Math.floor(this.monotonicNow() / 10)
  }

  passTo(now: number): void {
    if (now > this.now) this.now = now
  }

  setWallBy(ms: number): void {
    this.#wallOffset += ms
  }

  suspend(ms: number): void {
    this.now += ms
    this.#monotonicZero += ms
  }

  reboot(offMs: number): void {
    this.now += offMs
    this.#monotonicZero = this.now
    this.bootNumber += 1
  }
}
