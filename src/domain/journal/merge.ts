/**
 * One order for the rows of two journals that were written side by side. Each journal's own order stands.
 * Between the two, the monotonic clock decides within a boot; rows of different boots are ordered by the
 * boots, which either journal's order tells, and only where neither does by the wall clock.
 */
import type { JournalRow } from './events.ts'

type Placed = Pick<JournalRow, 'seq' | 'time'>

/** Of each boot, the place of its last row in one journal. */
export type LastPlaces = ReadonlyMap<string, number>

export interface JournalSide<R extends Placed> {
  readonly rows: Iterable<R>
  /** Told beforehand, so that neither journal has to stand in memory whole. */
  readonly lastPlaces: LastPlaces
}

export function mergeJournals<R extends Placed>(one: readonly R[], other: readonly R[]): R[] {
  return [...mergedRows(sideOf(one), sideOf(other))]
}

/** The same, as a stream: one row of each journal is held at a time. */
export function* mergedRows<R extends Placed>(one: JournalSide<R>, other: JournalSide<R>): Generator<R> {
  const lefts = one.rows[Symbol.iterator]()
  const rights = other.rows[Symbol.iterator]()
  let left = lefts.next()
  let right = rights.next()
  while (left.done !== true || right.done !== true) {
    if (right.done === true || (left.done !== true && comesFirst(left.value, right.value, one, other))) {
      // Where the right one has ended, the left one has not.
      yield left.value as R
      left = lefts.next()
    } else {
      yield right.value
      right = rights.next()
    }
  }
}

/** A boot of which the other journal still has rows to come is one that it has not got past. */
function comesFirst(
  left: Placed,
  right: Placed,
  { lastPlaces: lastLefts }: { readonly lastPlaces: LastPlaces },
  { lastPlaces: lastRights }: { readonly lastPlaces: LastPlaces },
): boolean {
  if (left.time.boot === right.time.boot) return left.time.monotonic <= right.time.monotonic
  const leftWaits = (lastRights.get(left.time.boot) ?? 0) > right.seq
  const rightWaits = (lastLefts.get(right.time.boot) ?? 0) > left.seq
  if (leftWaits !== rightWaits) return rightWaits
  return left.time.wall <= right.time.wall
}

function sideOf<R extends Placed>(rows: readonly R[]): JournalSide<R> {
  return { rows, lastPlaces: new Map(rows.map(({ time, seq }) => [time.boot, seq])) }
}
