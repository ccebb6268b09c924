/**
 * One order for the rows of two journals that were written side by side. Each journal's own order stands.
 * Between the two, the monotonic clock decides within a boot; rows of different boots are ordered by the
 * boots, which either journal's order tells, and only where neither does by the wall clock.
 */
import type { JournalRow } from './events.ts'

export function mergeJournals(one: readonly JournalRow[], other: readonly JournalRow[]): JournalRow[] {
  const merged: JournalRow[] = []
  const lasts = { one: lastPlaces(one), other: lastPlaces(other) }
  let i = 0
  let j = 0
  for (;;) {
    const left = one[i]
    const right = other[j]
    if (left === undefined) return [...merged, ...other.slice(j)]
    if (right === undefined) return [...merged, ...one.slice(i)]
    const leftWaits = (lasts.other.get(left.time.boot) ?? -1) > j
    const rightWaits = (lasts.one.get(right.time.boot) ?? -1) > i
    if (comesFirst(left, right, { leftWaits, rightWaits })) {
      merged.push(left)
      i += 1
    } else {
      merged.push(right)
      j += 1
    }
  }
}

interface Waiting {
  /** The other journal still has rows of the left row's boot to come: it is not past that boot. */
  readonly leftWaits: boolean
  readonly rightWaits: boolean
}

function comesFirst(left: JournalRow, right: JournalRow, { leftWaits, rightWaits }: Waiting): boolean {
  if (left.time.boot === right.time.boot) return left.time.monotonic <= right.time.monotonic
  if (leftWaits !== rightWaits) return rightWaits
  return left.time.wall <= right.time.wall
}

function lastPlaces(rows: readonly JournalRow[]): Map<string, number> {
  return new Map(rows.map(({ time }, index) => [time.boot, index]))
}
