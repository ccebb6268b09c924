import type { DurationMs, EpochMs } from '#domain/time.ts'

/** Two clocks: records carry wall time, lengths of time are measured on the one that never jumps (WD11). */
export interface Clock {
  wallNow(): EpochMs
  monotonicNow(): DurationMs
}
