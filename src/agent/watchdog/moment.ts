import type { DurationMs } from '#domain/time.ts'
import type { World } from './world.ts'

/** By both clocks: one of them stands still while the machine sleeps, the other may be set. */
export type Moment = Readonly<Record<'wall' | 'monotonic', number>>

export function momentOf({ clock }: Pick<World, 'clock'>): Moment {
  return { wall: clock.wallNow(), monotonic: clock.monotonicNow() }
}

/** What follows a look at once comes within moments, unless watchdog or machine were stopped right there. */
const LATE_MS: DurationMs = 1_000

export function isLate(world: Pick<World, 'clock'>, since: Moment): boolean {
  const now = momentOf(world)
  return Math.max(now.wall - since.wall, now.monotonic - since.monotonic) >= LATE_MS
}
