/** What a small chart says: its scale, and a sentence for those who do not see it. */
import { type FigureId, METRICS } from '#domain/metrics/contract.ts'
import { metricText } from '#domain/metrics/display.ts'
import type { ProbeMark, Series } from '#domain/metrics/series.ts'
import { observeMessages } from '#web/messages-observe.ts'

export function chartText(metric: FigureId, series: Series): string {
  const { title } = METRICS[metric]
  const values = series.filter((value) => value !== null)
  if (values.length === 0) return observeMessages.chart.empty(title)
  const low = plainText(metric, Math.min(...values))
  const high = plainText(metric, Math.max(...values))
  return observeMessages.chart.label(title, low, high, series.length - values.length)
}

export function probeText(marks: readonly (ProbeMark | null)[]): string {
  const count = (wanted: ProbeMark | null) => marks.filter((mark) => mark === wanted).length
  return observeMessages.chart.probes(count('ok'), count('degraded'), count('failed'), count(null))
}

/** A scale that ends at the highest value; without any value above zero it has no end worth naming. */
export function scaleOf(metric: FigureId, series: Series): { value: number; label: string } {
  const highest = Math.max(0, ...series.map((value) => value ?? 0))
  return { value: highest, label: highest > 0 ? wholeText(metric, highest) : '' }
}

function plainText(metric: FigureId, value: number): string {
  const { whole, fraction, unit } = metricText(metric, value)
  return `${whole}${fraction} ${unit}`.trim()
}

/** Without decimals where the whole number says enough. */
function wholeText(metric: FigureId, value: number): string {
  const { whole, unit } = metricText(metric, value)
  return whole.length > 1 ? `${whole} ${unit}` : plainText(metric, value)
}
