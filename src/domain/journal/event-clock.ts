/**
 * How old an event is, and which of two came first, so that nobody's clock can open what is closed (WD11).
 *
 * Within one boot the monotonic clock says it: a wall clock that is set forward or back changes nothing, and
 * a suspend, during which that clock stands still, only makes an event younger. Across a reboot there is no
 * such clock, and the wall clock may have been set in between. What is certain is the time that the old boot
 * still lasted after the event, as far as the journal saw, that each boot in between lasted, and the time since
 * the new boot began. That is taken as the age. It is never more than the truth, so a reboot ends no cooldown
 * early; a host that was off for a night waits out the rest of its window once it is up again.
 *
 * Which boots were in between is certain where the watchdog wrote in them: its own chain orders them. A boot
 * that only operators wrote in may have found its place by the wall clock, and adds nothing to an age.
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
  /** The watchdog wrote in it, so that its place among the others is certain. */
  readonly isWatched: boolean
}

export const EMPTY_CLOCK: BootClock = { boots: [] }

/** Events of a boot that is forgotten count as the oldest: older than every boot that is known. */
const BOOTS_LIMIT = 64

export function sawTime(
  clock: BootClock,
  { boot, monotonic }: EventTime,
  { byWatchdog }: { readonly byWatchdog: boolean },
): BootClock {
  const index = indexOf(clock, boot)
  const seen = clock.boots[index]
  if (seen === undefined) {
    const first = { boot, lastMs: monotonic, isWatched: byWatchdog }
    return { boots: [...clock.boots, first].slice(-BOOTS_LIMIT) }
  }
  const [lastMs, isWatched] = [Math.max(seen.lastMs, monotonic), seen.isWatched || byWatchdog]
  if (lastMs === seen.lastMs && isWatched === seen.isWatched) return clock
  return { boots: clock.boots.with(index, { boot, lastMs, isWatched }) }
}

/** What tells of a time how old it is: the wall clock is not asked. */
export type Moment = Pick<EventTime, 'boot' | 'monotonic'>

export function ageMs(clock: BootClock, event: Moment, now: Moment): DurationMs {
  if (event.boot === now.boot) return Math.max(0, now.monotonic - event.monotonic)
  const present = indexOf(clock, now.boot)
  const past = present === -1 ? clock.boots : clock.boots.slice(0, present)
  return lastedAfterMs(clock, event, past) + Math.max(0, now.monotonic)
}

/**
 * What of an age stands in the journals: how old the event is when the host has just started anew. No later moment
 * finds it younger, so what is beyond a window by this age stays beyond it.
 */
export function restartAgeMs(clock: BootClock, event: Moment): DurationMs {
  return lastedAfterMs(clock, event, clock.boots)
}

function lastedAfterMs(clock: BootClock, event: Moment, past: readonly SeenBoot[]): DurationMs {
  const index = indexOf(clock, event.boot)
  const own = clock.boots[index]
  const rest = own === undefined ? 0 : Math.max(0, own.lastMs - event.monotonic)
  if (own?.isWatched === false) return rest
  return past
    .slice(index + 1)
    .filter(({ isWatched }) => isWatched)
    .reduce((sum, { lastMs }) => sum + Math.max(0, lastMs), rest)
}

/** Whether one event was no later than the other. */
export function isAtOrBefore(clock: BootClock, one: Moment, other: Moment): boolean {
  if (one.boot === other.boot) return one.monotonic <= other.monotonic
  return indexOf(clock, one.boot) < indexOf(clock, other.boot)
}

function indexOf(clock: BootClock, boot: string): number {
  return clock.boots.findIndex((seen) => seen.boot === boot)
}
