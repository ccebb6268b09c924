/** The part of the window that all charts of a page show, and how keys and pointers change it. */
import {
  type Column,
  firstAfter,
  firstAtOrAfter,
  type MetricsWindow,
  type Span,
} from '#domain/metrics/columns.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'

/** Null: the whole window, which goes on with the time. */
export type Zoom = MetricsWindow | null

/** A part that has slid out of the window shows nothing any more: the whole is back. */
export function shownPart(zoom: Zoom, whole: MetricsWindow): MetricsWindow {
  if (zoom === null || zoom.to <= whole.from || zoom.from >= whole.to) return whole
  return zoom
}

/** `factor` below 1 shows less. What would be all of it is the whole, which goes on with the time. */
export function zoomed(
  part: MetricsWindow,
  {
    centre,
    factor,
    whole,
    leastMs,
  }: { centre: EpochMs; factor: number; whole: MetricsWindow; leastMs: DurationMs },
): Zoom {
  const length = Math.max(leastMs, (part.to - part.from) * factor)
  if (length >= whole.to - whole.from) return null
  const share = (centre - part.from) / (part.to - part.from)
  const from = Math.min(Math.max(whole.from, centre - share * length), whole.to - length)
  return { from, to: from + length }
}

/** Dragged from one instant to another; null where that is too little to be meant. */
export function draggedPart(one: EpochMs, other: EpochMs, leastMs: DurationMs): MetricsWindow | null {
  const part = { from: Math.min(one, other), to: Math.max(one, other) }
  return part.to - part.from < leastMs ? null : part
}

/** The places of the times within a part, `[start, end)`. */
export function spanOf(t: Column<EpochMs>, { from, to }: MetricsWindow): Span {
  return { start: firstAtOrAfter(t, from), end: firstAfter(t, to) }
}

export function placesIn(t: Column<EpochMs>, part: MetricsWindow): number[] {
  const { start, end } = spanOf(t, part)
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)
}

/** The place of the time nearest to an instant, the earlier of two; null without any. */
export function nearestPlace(t: Column<EpochMs>, instant: EpochMs): number | null {
  if (t.length === 0) return null
  const after = Math.min(firstAtOrAfter(t, instant), t.length - 1)
  const before = Math.max(0, after - 1)
  const isNearer = Math.abs((t[before] as number) - instant) <= Math.abs((t[after] as number) - instant)
  return isNearer ? before : after
}
