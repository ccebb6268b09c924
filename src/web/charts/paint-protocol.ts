/** What the page and the worker that paints say to each other. Each chart has a number. */
import type { ChartPlan } from '#web/charts/chart-frame.ts'

export interface NumberedPlan {
  readonly id: number
  readonly plan: ChartPlan
}

export type PaintOrder =
  | { readonly kind: 'open'; readonly id: number; readonly canvas: OffscreenCanvas }
  /** What of the frames moves on lies in the buffer (frame-pack.ts): handed over, and given back when they are painted. */
  | { readonly kind: 'paint'; readonly plans: readonly NumberedPlan[]; readonly buffer: ArrayBuffer }
  | { readonly kind: 'png'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

export type PaintAnswer =
  | { readonly kind: 'painted'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'png'; readonly id: number; readonly blob: Blob }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
