/** The charts of the Observe pages: which lines, in which looks, on which scale. */
import type { MetricsConfig } from '#domain/metrics/config.ts'
import { type FigureId, METRICS } from '#domain/metrics/contract.ts'
import { metricText } from '#domain/metrics/display.ts'
import { BREAKER_LEVELS } from '#domain/metrics/gauge-series.ts'
import type { RequestSeries, Series } from '#domain/metrics/series.ts'
import {
  type ChartDrawing,
  type ChartLine,
  type ChartMark,
  figureText,
  highestOf,
  valuesOf,
} from '#web/charts/chart-drawing.ts'
import type { Dash } from '#web/charts/chart-frame.ts'
import { LINE_COLOURS } from '#web/charts/chart-look.ts'
import { scaleOfLevels, scaleUpTo } from '#web/charts/scale.ts'
import type { ChartEvent, ChartSeries } from '#web/compute/protocol.ts'
import { chartMessages } from '#web/messages-charts.ts'

export function chartMarks(events: readonly ChartEvent[]): ChartMark[] {
  const { marks } = chartMessages
  return events.map((event) => ({
    t: event.t,
    kind: event.kind,
    text: event.kind === 'restart' ? marks.restart : marks.breaker[event.to],
  }))
}

function lineOf(metric: FigureId, values: Series, look: Pick<ChartLine, 'colour' | 'dash'>): ChartLine {
  const { title: name } = METRICS[metric]
  return { id: metric, name, values: valuesOf(values), text: figureText(metric), ...look }
}

function drawn(charts: ChartSeries, lines: readonly ChartLine[], scaleOf: FigureId): ChartDrawing {
  return {
    t: Float64Array.from(charts.t),
    lines,
    limits: [],
    marks: chartMarks(charts.marks),
    scale: scaleUpTo(scaleOf, highestOf(lines)),
  }
}

export interface TrafficDrawings {
  readonly rate: ChartDrawing
  readonly latency: ChartDrawing
  readonly errors: ChartDrawing
}

/** Null: nothing is known of the requests. */
export function trafficDrawings(charts: ChartSeries, series: RequestSeries | null): TrafficDrawings {
  const nothing = charts.t.map(() => null)
  const { ratePerS, latencyMsP50, latencyMsP95, latencyMsP99, errorRatio } = series ?? {
    ratePerS: nothing,
    latencyMsP50: nothing,
    latencyMsP95: nothing,
    latencyMsP99: nothing,
    errorRatio: nothing,
  }
  return {
    rate: drawn(
      charts,
      [lineOf('request.rate', ratePerS, { colour: 'trace', dash: 'solid' })],
      'request.rate',
    ),
    latency: drawn(
      charts,
      [
        lineOf('request.p50_ms', latencyMsP50, { colour: 'trace-5', dash: 'dotted' }),
        lineOf('request.p95_ms', latencyMsP95, { colour: 'trace', dash: 'solid' }),
        lineOf('request.p99_ms', latencyMsP99, { colour: 'trace-4', dash: 'dashed' }),
      ],
      'request.p95_ms',
    ),
    errors: drawn(
      charts,
      [lineOf('request.error_ratio', errorRatio, { colour: 'trace', dash: 'solid' })],
      'request.error_ratio',
    ),
  }
}

export function poolDrawing(charts: ChartSeries, { poolWarning }: MetricsConfig): ChartDrawing {
  const { pool: words } = chartMessages
  const { checkedOut, maxCapacity } = charts.pool
  const capacity = maxCapacity.findLast((value) => value !== null) ?? null
  const pct = metricText('pool.saturation', poolWarning).whole
  const asCount = figureText('request.count')
  return {
    ...drawn(
      charts,
      [
        {
          id: 'pool.checked_out',
          name: words.checkedOut,
          values: valuesOf(checkedOut),
          text: asCount,
          colour: 'trace',
          dash: 'solid',
          isStep: true,
        },
        {
          id: 'pool.max_capacity',
          name: words.capacity,
          values: valuesOf(maxCapacity),
          text: asCount,
          colour: 'trace-5',
          dash: 'dotted',
          isStep: true,
        },
      ],
      'request.count',
    ),
    limits: capacity === null ? [] : [{ value: capacity * poolWarning, text: words.warning(pct) }],
  }
}

export function breakerDrawing(charts: ChartSeries): ChartDrawing {
  const { pool: words } = chartMessages
  const nameOf = (level: number) => {
    const state = BREAKER_LEVELS[level]
    return state === undefined ? String(level) : words.levels[state]
  }
  const line: ChartLine = {
    id: 'breaker.state',
    name: words.state,
    values: valuesOf(charts.breaker),
    text: nameOf,
    word: (level) => BREAKER_LEVELS[level] ?? String(level),
    colour: 'trace',
    dash: 'solid',
    isStep: true,
  }
  return {
    t: Float64Array.from(charts.t),
    lines: [line],
    limits: [],
    marks: chartMarks(charts.marks),
    scale: scaleOfLevels(BREAKER_LEVELS.map((state) => words.levels[state])),
  }
}

export function cacheDrawing(charts: ChartSeries): ChartDrawing {
  const { l1HitRate, l2HitRate, missRate } = charts.cache
  return {
    ...drawn(
      charts,
      [
        lineOf('cache.l1_hit_rate', l1HitRate, { colour: 'trace', dash: 'solid' }),
        lineOf('cache.l2_hit_rate', l2HitRate, { colour: 'trace-2', dash: 'dashed' }),
        lineOf('cache.miss_rate', missRate, { colour: 'trace-4', dash: 'dotted' }),
      ],
      'cache.miss_rate',
    ),
    // Shares of one whole: always the whole scale.
    scale: scaleUpTo('cache.miss_rate', 1),
  }
}

const WORKER_DASHES: readonly Dash[] = ['solid', 'dashed', 'dotted']

export function workersDrawing(charts: ChartSeries): ChartDrawing {
  const lines = charts.workers.map(({ pid, rssBytes }, i) => ({
    id: `worker.${pid}.rss_bytes`,
    name: chartMessages.memory.worker(pid),
    values: valuesOf(rssBytes),
    text: figureText('worker.rss_total_bytes'),
    colour: LINE_COLOURS[i % LINE_COLOURS.length] ?? 'trace',
    dash: WORKER_DASHES[i % WORKER_DASHES.length] ?? 'solid',
  }))
  return drawn(charts, lines, 'worker.rss_total_bytes')
}
