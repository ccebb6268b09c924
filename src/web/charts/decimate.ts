/**
 * What of a line can be seen: per pixel the lowest and the highest of its values, in their order. A peak of one sample stays a
 * peak; a gap (NaN) stays a gap, however narrow. What lies between the two is under the line that joins them, and each point more
 * costs the painter a stroke.
 */
import { firstAfter, firstAtOrAfter } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

interface Stretch {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly widthPx: number
}

/** The lowest, the highest, a gap. */
const PER_PIXEL_MAX = 3

/** Of each point its time, then its value: the one form that ECharts takes without an object for each. */
export function visiblePoints(t: Float64Array, values: Float64Array, stretch: Stretch): Float64Array {
  // One on either side, so that a line enters and leaves at the edges.
  const start = Math.max(0, firstAtOrAfter(t, stretch.from) - 1)
  const end = Math.min(t.length, firstAfter(t, stretch.to) + 1)
  if (end - start <= stretch.widthPx) return allPoints(t, values, start, end)
  return perPixel(t, values, { ...stretch, start, end })
}

/** Values between two gaps: no line reaches them. */
export function lonePoints(points: Float64Array): Float64Array {
  const lone: number[] = []
  const isKnown = (at: number) => !Number.isNaN(points[at] ?? Number.NaN)
  for (let at = 1; at < points.length; at += 2) {
    if (isKnown(at) && !isKnown(at - 2) && !isKnown(at + 2))
      lone.push(points[at - 1] as number, points[at] as number)
  }
  return Float64Array.from(lone)
}

function allPoints(t: Float64Array, values: Float64Array, start: number, end: number): Float64Array {
  const points = new Float64Array(2 * (end - start))
  for (let place = start, at = 0; place < end; place += 1, at += 2) {
    points[at] = t[place] as number
    points[at + 1] = values[place] as number
  }
  return points
}

function perPixel(
  t: Float64Array,
  values: Float64Array,
  { from, to, widthPx, start, end }: Stretch & { start: number; end: number },
): Float64Array {
  // `to` begins a pixel of its own, and one more value lies on either side.
  const points = new Float64Array(2 * PER_PIXEL_MAX * (widthPx + 3))
  let length = 0
  let latest = -1
  function keep(place: number): void {
    if (place <= latest) return // there is none, or it is there already
    latest = place
    points[length] = t[place] as number
    points[length + 1] = values[place] as number
    length += 2
  }
  const pixelOf = (place: number) => Math.floor((((t[place] as number) - from) / (to - from)) * widthPx)
  for (let first = start; first < end;) {
    const pixel = pixelOf(first)
    let next = first + 1
    while (next < end && pixelOf(next) === pixel) next += 1
    keepTelling(values, first, next, keep)
    first = next
  }
  return points.subarray(0, length)
}

/** The places that tell what happened in `[first, next)`, in their order; -1 for one that there is not. */
function keepTelling(values: Float64Array, first: number, next: number, keep: (place: number) => void): void {
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
  const earliest = Math.min(low, high, gap)
  const latest = Math.max(low, high, gap)
  keep(earliest)
  keep(low + high + gap - earliest - latest)
  keep(latest)
}
