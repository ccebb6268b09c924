/** What a chart draws, as a file: every value as it is, not as it is rounded for the eye; empty where nothing is known. */
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import { type ChartDrawing, type ChartLine, valueAt } from '#web/charts/chart-drawing.ts'
import { placesIn } from '#web/charts/view-window.ts'

export function csvOf({ t, lines }: Pick<ChartDrawing, 't' | 'lines'>, part: MetricsWindow): string {
  const rows = placesIn(t, part).map((place) => [
    new Date(t[place] as number).toISOString(),
    ...lines.map((line) => cellOf(line, place)),
  ])
  const head = ['time_utc', ...lines.map(({ id }) => id)]
  return [head, ...rows].map((row) => `${row.join(',')}\n`).join('')
}

function cellOf(line: ChartLine, place: number): string {
  const { word = String } = line
  const value = valueAt(line, place)
  return value === null ? '' : word(value)
}

export function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has taken it by then; what is not given back stays until the page is left.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
