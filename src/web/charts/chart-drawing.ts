/** A chart as a page describes it, in the words of the page; `frameOf` makes of it what a painter is told. */
import type { MetricsWindow } from '#domain/metrics/columns.ts'
import type { FigureId } from '#domain/metrics/contract.ts'
import { readableText } from '#domain/metrics/display.ts'
import type { Series } from '#domain/metrics/series.ts'
import type { EpochMs } from '#domain/time.ts'
import type { ChartFrame, ChartPlan, Dash } from '#web/charts/chart-frame.ts'
import type { ChartColour, ChartLook } from '#web/charts/chart-look.ts'
import type { Scale } from '#web/charts/scale.ts'

export interface ChartLine {
  /** Of its column in an exported file; with the unit. */
  readonly id: string
  readonly name: string
  /** NaN where nothing is known. */
  readonly values: Float64Array
  /** How a value reads. */
  readonly text: (value: number) => string
  /** What an exported file says instead of the number. */
  readonly word?: (value: number) => string
  readonly colour: ChartColour
  readonly dash: Dash
  /** It holds until the next value, and has none between two. */
  readonly isStep?: boolean
}

export interface ChartMark {
  readonly t: EpochMs
  readonly kind: 'restart' | 'breaker'
  readonly text: string
}

export interface ChartDrawing {
  readonly t: Float64Array
  readonly lines: readonly ChartLine[]
  readonly limits: readonly { readonly value: number; readonly text: string }[]
  readonly marks: readonly ChartMark[]
  readonly scale: Scale
}

/** A drawing, and the window of which it may show a part. */
export interface DrawnWindow {
  readonly drawing: ChartDrawing
  readonly whole: MetricsWindow
}

/** How a line is told from others: what of it stays the same while its values move on. */
export interface Stroke extends Pick<ChartLine, 'name' | 'colour' | 'dash'> {
  readonly isStep: boolean
}

/** The earlier ones where they are the same: whoever shows them then has nothing to do. */
export function strokesOf({ lines }: ChartDrawing, before: readonly Stroke[] = []): readonly Stroke[] {
  const now = lines.map(({ name, colour, dash, isStep = false }) => ({ name, colour, dash, isStep }))
  const isSame = now.length === before.length && now.every((stroke, i) => hasSame(stroke, before[i]))
  return isSame ? before : now
}

function hasSame<Facts extends object>(one: Facts, other: Facts | undefined): boolean {
  return (Object.keys(one) as (keyof Facts)[]).every((key) => one[key] === other?.[key])
}

export const MARK_LOOKS = {
  restart: { shape: 'circle', colour: 'text' },
  breaker: { shape: 'diamond', colour: 'held' },
} as const satisfies Record<ChartMark['kind'], { shape: 'circle' | 'diamond'; colour: ChartColour }>

export function figureText(metric: FigureId): (value: number) => string {
  return (value) => {
    const { whole, fraction, unit } = readableText(metric, value)
    return `${whole}${fraction} ${unit}`.trim()
  }
}

export function valuesOf(series: Series): Float64Array {
  return Float64Array.from(series, (value) => value ?? Number.NaN)
}

/** What a line says at a place; null: nothing, or no such place. */
export function valueAt({ values }: Pick<ChartLine, 'values'>, place: number): number | null {
  const value = values[place] ?? Number.NaN
  return Number.isNaN(value) ? null : value
}

export function highestOf(lines: readonly Pick<ChartLine, 'values'>[]): number {
  let highest = 0
  for (const { values } of lines) for (const value of values) if (value > highest) highest = value
  return highest
}

export function isEmpty({ lines }: Pick<ChartDrawing, 'lines'>): boolean {
  return lines.every(({ values }) => values.every(Number.isNaN))
}

interface PlanFacts extends Pick<ChartDrawing, 'limits' | 'marks' | 'scale'> {
  readonly strokes: readonly Stroke[]
  readonly look: ChartLook
  readonly size: ChartPlan['size']
}

/** Plans the frames of one chart: the same plan while nothing but values has changed. */
export function planner(): (drawing: ChartDrawing, given: Pick<PlanFacts, 'look' | 'size'>) => ChartPlan {
  let known: { readonly facts: PlanFacts; readonly plan: ChartPlan } | null = null
  return (drawing, { look, size }) => {
    const { limits, marks, scale } = drawing
    const facts = { strokes: strokesOf(drawing, known?.facts.strokes), limits, marks, scale, look, size }
    if (known === null || !hasSame(facts, known.facts)) known = { facts, plan: planFrom(facts) }
    return known.plan
  }
}

function planFrom({ strokes, limits, marks, scale, look, size }: PlanFacts): ChartPlan {
  return {
    lines: strokes.map(({ name, colour, dash, isStep }) => ({
      name,
      colour: look.colour(colour),
      dash,
      isStep,
    })),
    limits: limits.map(({ value }) => ({ value, colour: look.colour('held') })),
    marks: marks.map(({ t, kind }) => ({
      t,
      shape: MARK_LOOKS[kind].shape,
      colour: look.colour(MARK_LOOKS[kind].colour),
    })),
    scale,
    size,
    look: {
      text: look.colour('muted'),
      grid: look.colour('line'),
      surface: look.colour('panel'),
      font: look.font,
    },
  }
}

export function frameOf({ t, lines }: ChartDrawing, part: MetricsWindow, plan: ChartPlan): ChartFrame {
  return { plan, ...part, t, values: lines.map(({ values }) => values) }
}
