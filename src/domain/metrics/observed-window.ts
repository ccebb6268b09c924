import type { MetricsWindow } from '#domain/metrics/columns.ts'

/**
 * A window without the gap it begins with: a rate over time nobody was watching would be too low. Null
 * when nothing is left of it.
 */
export function observedWindow(window: MetricsWindow, gaps: readonly MetricsWindow[]): MetricsWindow | null {
  const inOrder = gaps.toSorted((one, other) => one.from - other.from)
  let from = window.from
  for (const gap of inOrder) if (gap.from <= from && gap.to > from) from = gap.to
  return from < window.to ? { from, to: window.to } : null
}
