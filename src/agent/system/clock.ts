import type { Clock } from '#agent/ports/clock.ts'

export const systemClock: Clock = {
  wallNow: () => Date.now(),
  monotonicNow: () => performance.now(),
}
