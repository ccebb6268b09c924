import type { ChartDrawing, ChartMark } from '#web/charts/chart-drawing.ts'
import { figureText, valuesOf } from '#web/charts/chart-drawing.ts'
import { scaleUpTo } from '#web/charts/scale.ts'

export const T0 = Date.UTC(2026, 10, 26, 12)
const MARK: ChartMark = { t: T0 + 20_000, kind: 'restart', text: 'restart attempted' }

/** Ten stretches of five seconds, with a gap and a mark. */
export function sampleDrawing(changes: Partial<ChartDrawing> = {}): ChartDrawing {
  return {
    t: Float64Array.from({ length: 10 }, (_, i) => T0 + i * 5000),
    lines: [
      {
        id: 'request.p95_ms',
        name: 'Latency p95',
        values: valuesOf([10, 20, 30, null, 50.25, 60, 70, 80, 90, 100]),
        text: figureText('request.p95_ms'),
        colour: 'trace',
        dash: 'solid',
      },
      {
        id: 'breaker.state',
        name: 'State',
        values: valuesOf([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
        text: (value) => (value === 0 ? 'closed' : 'open'),
        word: (value) => (value === 0 ? 'CLOSED' : 'OPEN'),
        colour: 'trace-4',
        dash: 'dashed',
        isStep: true,
      },
    ],
    limits: [{ value: 60, text: 'Warning line' }],
    marks: [MARK],
    scale: scaleUpTo('request.p95_ms', 100),
    ...changes,
  }
}

export const WHOLE = { from: T0, to: T0 + 45_000 }
