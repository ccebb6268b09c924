/** Whether a chart that has moved on looks any different. */
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import type { EpochMs } from '#domain/time.ts'

interface Shown {
  readonly drawing: { readonly t: { readonly length: number } }
  readonly part: MetricsWindow
}

/** Of the screen: it cannot show a line that has moved by less, but for a breath of its edge. */
const LEAST_PX = 1

/** By where its time begins and ends, and by how much is known of it. */
export function isSeen(next: Shown, before: Shown, widthPx: number): boolean {
  const { from, to } = next.part
  const movedPx = (instant: EpochMs, earlier: EpochMs) =>
    (Math.abs(instant - earlier) / (to - from)) * widthPx
  const { length } = next.drawing.t
  const morePx = (Math.abs(length - before.drawing.t.length) / length) * widthPx
  return Math.max(movedPx(from, before.part.from), movedPx(to, before.part.to), morePx) >= LEAST_PX
}
