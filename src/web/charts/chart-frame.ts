/** One drawing of a chart: all that the painter is told, as plain data that a worker can be sent. */
import type { EpochMs } from '#domain/time.ts'
import type { Scale } from '#web/charts/scale.ts'

export type Dash = 'solid' | 'dashed' | 'dotted'

export interface FrameLine {
  readonly name: string
  readonly colour: string
  readonly dash: Dash
  /** It holds until the next value, and has none between two. */
  readonly isStep: boolean
}

export interface FrameMark {
  readonly t: EpochMs
  readonly shape: 'circle' | 'diamond'
  readonly colour: string
}

/** What stays the same while the lines move on. */
export interface ChartPlan {
  readonly lines: readonly FrameLine[]
  readonly limits: readonly { readonly value: number; readonly colour: string }[]
  readonly marks: readonly FrameMark[]
  readonly scale: Scale
  readonly size: { readonly width: number; readonly height: number; readonly ratio: number }
  readonly look: {
    readonly text: string
    readonly grid: string
    readonly surface: string
    readonly font: string
  }
}

/** What moves on. */
export interface FrameColumns {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly t: Float64Array
  /** One per line of the plan, NaN where nothing is known. */
  readonly values: readonly Float64Array[]
}

export interface ChartFrame extends FrameColumns {
  readonly plan: ChartPlan
}

/** Where the lines are inside the canvas: the pointer and the painter agree on it. */
export const PLOT_EDGES = { left: 62, right: 14, top: 12, bottom: 24 } as const
