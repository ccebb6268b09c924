import type { Column } from '#domain/metrics/columns.ts'

/** Type 7: linear interpolation at (n - 1) q between ascending values; null without any. */
export function quantileOf(ascending: Column<number>, q: number): number | null {
  if (ascending.length === 0) return null
  const { below, above, weight } = placeOf(ascending.length, q)
  return interpolated(ascending[below] as number, ascending[above] as number, weight)
}

/** Between which ranks it lies, and how far from the lower one; `q` from 0 to 1. */
export function placeOf(count: number, q: number): { below: number; above: number; weight: number } {
  const last = count - 1
  const place = last * q
  const below = Math.floor(place)
  return { below, above: Math.min(below + 1, last), weight: place - below }
}

export function interpolated(low: number, high: number, weight: number): number {
  return low + weight * (high - low)
}

/** The value at a rank among the first ones, by halving around pivots (Hoare's FIND); leaves them in another order. */
export function select(values: Float64Array, rank: number, count = values.length): number {
  let low = 0
  let high = count - 1
  while (low < high) {
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
