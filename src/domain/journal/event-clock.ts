/**
 * How old an event is, and which of two came first, so that nobody's clock can open what is closed (WD11).
 *
 * Within one boot the monotonic clock says it: a wall clock that is set forward or back changes nothing, and
 * a suspend, during which that clock stands still, only makes an event younger. Across a reboot there is no
 * such clock, and the wall clock may have been set in between. What is certain is the time that the old boot
 * still lasted after the event, as far as the journal saw, and the time since the new boot began. That is
 * taken as the age. It is never more than the truth, so a reboot ends no cooldown early; a host that was off
 * for a night waits out the rest of its window once it is up again.
 */
import type { DurationMs } from '../time.ts'
import type { EventTime } from './events.ts'

export interface BootClock {
  /** In the order in which they were seen, oldest first. */
  readonly boots: readonly SeenBoot[]
}

interface SeenBoot {
  readonly boot: string
  /** The latest moment of it that any event told of. */
  readonly lastMs: DurationMs
}

export const EMPTY_CLOCK: BootClock = { boots: [] }

/** A window spans few boots; events of a boot that is forgotten count as the oldest, and as just now. */
const BOOTS_LIMIT = 64

export function sawTime(clock: BootClock, { boot, monotonic }: EventTime): BootClock {
  const index = indexOf(clock, boot)
  const seen = clock.boots[index]
  if (seen === undefined) return { boots: [...clock.boots, { boot, lastMs: monotonic }].slice(-BOOTS_LIMIT) }
  return seen.lastMs >= monotonic ? clock : { boots: clock.boots.with(index, { boot, lastMs: monotonic }) }
}

export function ageMs(clock: BootClock, event: EventTime, now: EventTime): DurationMs {
  if (event.boot === now.boot) return Math.max(0, now.monotonic - event.monotonic)
  const lastMs = clock.boots[indexOf(clock, event.boot)]?.lastMs ?? event.monotonic
  return Math.max(0, lastMs - event.monotonic) + Math.max(0, now.monotonic)
}

/** Whether one event was no later than the other. */
export function isAtOrBefore(clock: BootClock, one: EventTime, other: EventTime): boolean {
  if (one.boot === other.boot) return one.monotonic <= other.monotonic
  return indexOf(clock, one.boot) < indexOf(clock, other.boot)
}

function indexOf(clock: BootClock, boot: string): number {
  return clock.boots.findIndex((seen) => seen.boot === boot)
}
