/**
 * What of a line can be seen: per pixel the first, lowest, highest and last of its values, in their order. A peak of
 * one sample stays a peak; a gap (NaN) stays a gap, however narrow.
 */
import { firstAfter, firstAtOrAfter } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

export type Point = readonly [t: EpochMs, value: number | null]

interface Stretch {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly widthPx: number
}

export function visiblePoints(t: Float64Array, values: Float64Array, stretch: Stretch): Point[] {
  // One on either side, so that a line enters and leaves at the edges.
  const start = Math.max(0, firstAtOrAfter(t, stretch.from) - 1)
  const end = Math.min(t.length, firstAfter(t, stretch.to) + 1)
  if (end - start <= stretch.widthPx) return allPoints(t, values, start, end)
  return perPixel(t, values, { ...stretch, start, end })
}

function allPoints(t: Float64Array, values: Float64Array, start: number, end: number): Point[] {
  return Array.from({ length: end - start }, (_, i) => pointAt(t, values, start + i))
}

function pointAt(t: Float64Array, values: Float64Array, place: number): Point {
  const value = values[place] as number
  return [t[place] as number, Number.isNaN(value) ? null : value]
}

function perPixel(
  t: Float64Array,
  values: Float64Array,
  { from, to, widthPx, start, end }: Stretch & { start: number; end: number },
): Point[] {
  const points: Point[] = []
  const pixelOf = (place: number) => Math.floor((((t[place] as number) - from) / (to - from)) * widthPx)
  for (let first = start; first < end;) {
    const pixel = pixelOf(first)
    let next = first + 1
    while (next < end && pixelOf(next) === pixel) next += 1
    for (const place of telling(values, first, next)) points.push(pointAt(t, values, place))
    first = next
  }
  return points
}

/** The places that tell what happened in `[first, next)`: at most five. */
function telling(values: Float64Array, first: number, next: number): number[] {
  let low = -1
  let high = -1
  let gap = -1
  for (let i = first; i < next; i += 1) {
    const value = values[i] as number
    if (Number.isNaN(value)) gap = i
    else {
      if (low < 0 || value < (values[low] as number)) low = i
      if (high < 0 || value > (values[high] as number)) high = i
    }
  }
  const places = [first, low, high, gap, next - 1].filter((place) => place >= 0)
  return [...new Set(places)].sort((one, other) => one - other)
}
