/** Which series of the target's metrics are which column, and what they say together (IN1). */
import { FIELDS, type ConfigValues } from '#domain/config/fields.ts'
import { BREAKER_STATES } from '#domain/metrics/breaker.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { CircuitState } from '#domain/schemas/health.ts'
import {
  type MetricSample,
  type MetricSelector,
  parseSelector,
  samplesOf,
} from '#domain/schemas/metrics-text.ts'

/** All of a stream's columns come from one place, or none. */
const COLUMNS = {
  pool: ['scrape.pool_checked_out', 'scrape.pool_max_capacity'],
  breaker: ['scrape.breaker_state'],
  cache: ['scrape.cache_l1_hits', 'scrape.cache_l2_hits', 'scrape.cache_misses'],
} as const

export type ScrapedStream = keyof typeof COLUMNS
export type ScrapedSeries = ReadonlyMap<ScrapedStream, readonly MetricSelector[]>
export type SeriesFault = 'metric_missing' | 'metric_malformed'

/** Empty where nothing is to be scraped. Half of a wish is no wish: it is told at the start. */
export function scrapedSeries(values: ConfigValues): ScrapedSeries {
  const series = new Map<ScrapedStream, readonly MetricSelector[]>()
  for (const [stream, keys] of Object.entries(COLUMNS) as [
    ScrapedStream,
    (typeof COLUMNS)[ScrapedStream],
  ][]) {
    const selectors = keys.flatMap((key) => parseSelector(values[key] ?? '') ?? [])
    if (selectors.length === 0) continue
    const missing = keys.find((key) => values[key] === null)
    if (missing !== undefined)
      throw wanted(FIELDS[missing].env, `the series for ${missing}, like for the other columns of ${stream}`)
    series.set(stream, selectors)
  }
  if (series.size > 0 && values['target.metrics_url'] === null)
    throw wanted(FIELDS['target.metrics_url'].env, 'the address of the series that are named')
  if (series.size === 0 && values['target.metrics_url'] !== null)
    throw wanted('HOLDFAST_SCRAPE_…', 'the name of at least one series to read there')
  return series
}

function wanted(variable: string, expected: string): HoldfastProblem {
  return new HoldfastProblem('config_invalid', `${variable}: expected ${expected}, found nothing`)
}

/** Several series are several workers of one service: they are added up. */
export function amountOf(samples: readonly MetricSample[], selector: MetricSelector): number | SeriesFault {
  const found = samplesOf(samples, selector)
  if (found.length === 0) return 'metric_missing'
  const sum = found.reduce((total, { value }) => total + value, 0)
  return sum >= 0 && sum <= Number.MAX_SAFE_INTEGER ? sum : 'metric_malformed'
}

/**
 * Either one series for each state, of which the one that holds is 1 and has the state's word as a label's value; or
 * numbers: 0 CLOSED, 1 OPEN, 2 HALF_OPEN. Workers that disagree have no state in common.
 */
export function breakerOf(
  samples: readonly MetricSample[],
  selector: MetricSelector,
): CircuitState | SeriesFault {
  const found = samplesOf(samples, selector)
  if (found.length === 0) return 'metric_missing'
  const worded = found.flatMap(({ labels, value }) => {
    const word = [...labels.values()].map(stateOf).find((state) => state !== undefined)
    return word === undefined ? [] : [{ word, value }]
  })
  const states =
    worded.length > 0
      ? worded.filter(({ value }) => value === 1).map(({ word }) => word)
      : found.map(({ value }) => BREAKER_STATES[value])
  const [state, ...others] = new Set(states)
  return state === undefined || others.length > 0 ? 'metric_malformed' : state
}

function stateOf(word: string): CircuitState | undefined {
  const plain = word.toUpperCase().replaceAll('-', '_')
  return BREAKER_STATES.find((state) => state === plain)
}
