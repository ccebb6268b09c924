import type { Column } from '#domain/metrics/columns.ts'

/** Type 7: linear interpolation at (n - 1) q between the values at two ranks; null without any. */
export function quantileBy(count: number, q: number, valueAt: (rank: number) => number): number | null {
  if (count === 0) return null
  const place = (count - 1) * q
  const below = Math.floor(place)
  const low = valueAt(below)
  return low + (place - below) * (valueAt(Math.min(below + 1, count - 1)) - low)
}

export function quantileOf(ascending: Column<number>, q: number): number | null {
  return quantileBy(ascending.length, q, (rank) => ascending[rank] as number)
}

/** Fewer are not worth a sample. */
const SAMPLED_FROM = 100

/**
 * The value at a rank among those from `low` to `high`, by halving around pivots (Hoare's FIND); leaves them in another
 * order. The pivot of many is the one at the same place among a sixteenth of them (as Floyd and Rivest sample): it lies so
 * near the rank that what is left to halve is nearly nothing, which takes half as long as from any pivot.
 */
export function select(values: Float64Array, rank: number, low = 0, high = values.length - 1): number {
  while (low < high) {
    if (high - low > SAMPLED_FROM)
      select(values, rank, rank - ((rank - low) >> 4), rank + ((high - rank) >> 4))
    const pivot = values[rank] as number
    let left = low
    let right = high
    while (left <= right) {
      while ((values[left] as number) < pivot) left += 1
      while ((values[right] as number) > pivot) right -= 1
      if (left > right) break
      const swapped = values[left] as number
      values[left] = values[right] as number
      values[right] = swapped
      left += 1
      right -= 1
    }
    if (right < rank) low = left
    if (left > rank) high = right
  }
  return values[rank] as number
}
