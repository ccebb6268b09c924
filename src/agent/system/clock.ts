import type { LocalOffset } from '#domain/time-text.ts'
import type { Clock } from '#agent/ports/clock.ts'

const NS_PER_MS = 1_000_000
const MINUTE_MS = 60_000

/**
 * The monotonic one counts since boot, the same in every process: records of two processes, or of one that
 * was started again, are compared on it (WD11). `performance.now()` would begin again with each process.
 */
export const systemClock: Clock = {
  wallNow: () => Date.now(),
  monotonicNow: () => Number(process.hrtime.bigint()) / NS_PER_MS,
}

/** Of this machine, by its zone's rules at that instant. */
export const localOffset: LocalOffset = (at) => -new Date(at).getTimezoneOffset() * MINUTE_MS
