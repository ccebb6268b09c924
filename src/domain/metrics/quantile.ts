import { invariant } from '#domain/invariant.ts'
import type { Column } from '#domain/metrics/columns.ts'

/** Type 7: linear interpolation at (n - 1) q between ascending values; null without any. */
export function quantileOf(ascending: Column<number>, q: number): number | null {
  invariant(q >= 0 && q <= 1, 'a quantile lies between 0 and 1')
  const last = ascending.length - 1
  if (last < 0) return null
  const place = last * q
  const below = Math.floor(place)
  const low = ascending[below] as number
  const high = ascending[Math.min(below + 1, last)] as number
  return low + (place - below) * (high - low)
}

/** A copy in ascending order, numbers compared as numbers. */
export function ascendingCopy(values: Column<number>, start: number, end: number): Float64Array {
  const copy = new Float64Array(end - start)
  for (let i = start; i < end; i += 1) copy[i - start] = values[i] as number
  return copy.sort()
}
