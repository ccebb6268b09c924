/**
 * One order for the rows of two journals that were written side by side. Each journal's own order stands.
 * Between the two, the monotonic clock decides within a boot; rows of different boots are ordered by the
 * boots, which either journal's order tells, and only where neither does by the wall clock.
 */
import type { JournalRow } from './events.ts'

type Placed = Pick<JournalRow, 'seq' | 'time'>

/** Of each boot, the place of its last row in one journal, whether or not those rows are at hand yet. */
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
    if (right.done === true || (left.done !== true && isLeftFirst(left.value, right.value, one, other))) {
      // Where the right one has ended, the left one has not.
      yield left.value as R
      left = lefts.next()
    } else {
      yield right.value
      right = rights.next()
    }
  }
}

/** The next row of a journal, and what is still to come in it. */
export interface NextRow {
  readonly row: Placed
  readonly lastPlaces: LastPlaces
}

/** Whether the row of `one` stands before that of `other`. `presentBoot`: none comes after it; null: not known. */
export function comesFirst(one: NextRow, other: NextRow, presentBoot: string | null = null): boolean {
  const [left, right] = [one.row.time, other.row.time]
  if (left.boot === right.boot) return left.monotonic <= right.monotonic
  if (left.boot === presentBoot || right.boot === presentBoot) return right.boot === presentBoot
  // A journal that still has rows of the other's boot to come is not past that boot.
  const leftWaits = (other.lastPlaces.get(left.boot) ?? 0) > other.row.seq
  const rightWaits = (one.lastPlaces.get(right.boot) ?? 0) > one.row.seq
  if (leftWaits !== rightWaits) return rightWaits
  return left.wall <= right.wall
}

function isLeftFirst(
  left: Placed,
  right: Placed,
  { lastPlaces: lastLefts }: Pick<NextRow, 'lastPlaces'>,
  { lastPlaces: lastRights }: Pick<NextRow, 'lastPlaces'>,
): boolean {
  return comesFirst({ row: left, lastPlaces: lastLefts }, { row: right, lastPlaces: lastRights })
}

export function lastPlacesOf(rows: readonly Placed[]): Map<string, number> {
  return new Map(rows.map(({ time, seq }) => [time.boot, seq]))
}

function sideOf<R extends Placed>(rows: readonly R[]): JournalSide<R> {
  return { rows, lastPlaces: lastPlacesOf(rows) }
}
