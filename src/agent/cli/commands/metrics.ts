import {
  type FigureId,
  METRIC_FAMILIES,
  type MetricId,
  METRICS,
  type Metrics,
} from '#domain/metrics/contract.ts'
import { metricText } from '#domain/metrics/display.ts'
import { measureAll } from '#domain/metrics/measure.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { type RawFile, readRawFile } from '#domain/schemas/raw-file.ts'
import type { RawGap } from '#domain/schemas/raw-v1.ts'
import { cleanText } from '#domain/free-text.ts'
import { isoText } from '#domain/time.ts'
import { durationText } from '#domain/units.ts'
import { EXIT, type ExitCode, type Invocation } from '../command.ts'
import { readInputFile, readStandardInput } from '../input-text.ts'

/** Some five million requests: four hours at 300 a second, in less than a gigabyte of memory. */
const BYTES_LIMIT = 128 * 1024 * 1024
const IDS = Object.keys(METRICS) as MetricId[]

/** `holdfast metrics`: the figures of an exported window, by the same functions as the console's. */
export async function metrics({ options, out }: Invocation): Promise<ExitCode> {
  const { input } = options
  if (typeof input !== 'string') {
    throw new HoldfastProblem('usage', '--input FILE is needed (holdfast metrics --help)')
  }
  const isPiped = input === '-'
  const text = isPiped ? await readStandardInput(BYTES_LIMIT) : readInputFile(input, BYTES_LIMIT)
  const reading = readRawFile(text)
  if (!reading.ok) {
    const name = isPiped ? 'standard input' : input
    const faults = reading.findings.map((finding) => `${name}: ${findingText(finding)}`)
    throw new HoldfastProblem('input_invalid', faults.join('\n  '))
  }
  const measured = measureAll(reading.value)
  out.result(Object.fromEntries(IDS.map((id) => [id, measured[id]])), asText(reading.value, measured))
  return EXIT.done
}

function asText({ window, gaps }: RawFile, measured: Metrics): string {
  const { from, to } = window
  return [
    `From ${isoText(from)} to ${isoText(to)} (${durationText(to - from)})`,
    ...Object.entries(METRIC_FAMILIES).flatMap(([family, title]) => [
      '',
      title,
      ...IDS.filter((id) => id.startsWith(`${family}.`)).map((id) => metricRow(id, measured)),
    ]),
    ...gapRows(gaps),
  ].join('\n')
}

const TITLE_WIDTH = Math.max(...IDS.map((id) => METRICS[id].title.length))
const VALUE_WIDTH = 14

function metricRow(id: MetricId, measured: Metrics): string {
  const { value, unit, note } = cellsOf(id, measured)
  return `  ${METRICS[id].title.padEnd(TITLE_WIDTH)}  ${value.padStart(VALUE_WIDTH)} ${unit.padEnd(4)} ${note}`.trimEnd()
}

function cellsOf(id: MetricId, measured: Metrics): { value: string; unit: string; note: string } {
  const value = measured[id]
  if (value === null) return { value: '—', unit: '', note: METRICS[id].emptyReason }
  if (typeof value === 'boolean') return { value: value ? 'yes' : 'no', unit: '', note: '' }
  // Only a condition has no number, and that has just been answered.
  const { whole, fraction, unit } = metricText(id as FigureId, value)
  return { value: `${whole}${fraction}`, unit, note: '' }
}

function gapRows(gaps: readonly RawGap[]): string[] {
  if (gaps.length === 0) return []
  return ['', 'Problems: not everything was seen. The figures are those of what was.', ...gaps.map(gapRow)]
}

function gapRow({ stream, from, to, reason }: RawGap): string {
  const why = reason === undefined ? '' : `: ${cleanText(reason)}`
  return `  ${cleanText(stream)}: nothing from ${isoText(from)} to ${isoText(to)} (${durationText(to - from)})${why}`
}
