/**
 * One order for the rows of two journals that were written side by side. Each journal's own order stands.
 * Between the two, the monotonic clock decides within a boot; rows of different boots are ordered by the
 * boots, which either journal's order tells, and only where neither does by the wall clock.
 */
import type { JournalRow } from './events.ts'

/** The place of the last row of each boot in a journal, whether or not those rows are at hand yet. */
export type BootEnds = ReadonlyMap<string, number>

export function mergeJournals(one: readonly JournalRow[], other: readonly JournalRow[]): JournalRow[] {
  const merged: JournalRow[] = []
  const ends = { one: bootEnds(one), other: bootEnds(other) }
  let i = 0
  let j = 0
  for (;;) {
    const left = one[i]
    const right = other[j]
    if (left === undefined) return [...merged, ...other.slice(j)]
    if (right === undefined) return [...merged, ...one.slice(i)]
    if (comesFirst({ row: left, ends: ends.one }, { row: right, ends: ends.other })) {
      merged.push(left)
      i += 1
    } else {
      merged.push(right)
      j += 1
    }
  }
}

/** The next row of a journal, and what is still to come in it. */
export interface NextRow {
  readonly row: JournalRow
  readonly ends: BootEnds
}

/** Whether the row of `one` stands before that of `other`. */
export function comesFirst(one: NextRow, other: NextRow): boolean {
  const [left, right] = [one.row.time, other.row.time]
  if (left.boot === right.boot) return left.monotonic <= right.monotonic
  // A journal that still has rows of the other's boot to come is not past that boot.
  const leftWaits = (other.ends.get(left.boot) ?? -1) > other.row.seq
  const rightWaits = (one.ends.get(right.boot) ?? -1) > one.row.seq
  if (leftWaits !== rightWaits) return rightWaits
  return left.wall <= right.wall
}

export function bootEnds(rows: readonly JournalRow[]): Map<string, number> {
  return new Map(rows.map(({ time, seq }) => [time.boot, seq]))
}
