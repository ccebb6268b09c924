/** Holds figures against a baseline, metric by metric (FC5). */
import { type MetricId, METRICS, type Metrics, type Tolerance } from '#domain/metrics/contract.ts'
import type { Baseline, Expected } from './baseline.ts'

export interface Case {
  readonly name: string
  readonly found: Metrics
  readonly baseline: Baseline
}

export interface Verdict {
  readonly id: MetricId
  readonly cases: number
  /** Of those, how many could be known. */
  readonly values: number
  /** By the measure of the tolerance: an amount, or a share of the value. */
  readonly worst: number
  readonly tolerance: Tolerance
  readonly failures: readonly string[]
}

export function compareAll(cases: readonly Case[]): Verdict[] {
  return (Object.keys(METRICS) as MetricId[]).map((id) => compareMetric(id, cases))
}

function compareMetric(id: MetricId, cases: readonly Case[]): Verdict {
  const failures: string[] = []
  let worst = 0
  let values = 0
  for (const { name, found, baseline } of cases) {
    const expected = baseline[id]
    if (expected.value !== null) values += 1
    const distance = distanceOf(found[id], expected)
    if (distance > limitOf(expected) || !isRounded(found[id], expected.places)) {
      failures.push(`${name}: ${found[id]}, the baseline says ${expected.value}`)
    }
    worst = Math.max(worst, distance)
  }
  return { id, cases: cases.length, values, worst, tolerance: METRICS[id].tolerance, failures }
}

function limitOf({ tolerance }: Expected): number {
  return typeof tolerance === 'number' ? tolerance : tolerance.relative
}

/** What cannot be known, and what is true or false, is the same or infinitely far off. */
function distanceOf(found: Metrics[MetricId], { value, places, tolerance }: Expected): number {
  if (typeof found !== 'number' || typeof value !== 'number') return found === value ? 0 : Infinity
  // Both have these places, so their difference has; the doubles' own error in it is cut off.
  if (typeof tolerance === 'number') return Number(Math.abs(found - value).toFixed(places))
  return found === value ? 0 : Math.abs(found - value) / Math.abs(value)
}

function isRounded(found: Metrics[MetricId], places: number): boolean {
  return typeof found !== 'number' || found === Number(found.toFixed(places))
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  const width = Math.max(...verdicts.map(({ id }) => id.length))
  const head = `  ${'metric'.padEnd(width)}  cases  known  worst difference  tolerance`
  return [head, ...verdicts.flatMap((verdict) => verdictRows(verdict, width))].join('\n')
}

const FAILURES_SHOWN = 5

function verdictRows({ id, cases, values, worst, tolerance, failures }: Verdict, width: number): string[] {
  const limit = typeof tolerance === 'number' ? `${tolerance}` : `${tolerance.relative} of the value`
  const mark = failures.length === 0 ? '✓' : '✗'
  const difference = worst === 0 ? '0' : Number(worst.toPrecision(2)).toString()
  const row = `${mark} ${id.padEnd(width)}  ${`${cases}`.padStart(5)}  ${`${values}`.padStart(5)}  ${difference.padStart(16)}  ${limit}`
  return [row, ...failures.slice(0, FAILURES_SHOWN).map((failure) => `    ${failure}`)]
}
