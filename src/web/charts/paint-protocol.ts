/** What the page and the worker that paints say to each other. Each chart has a number. */
import type { ChartFrame } from '#web/charts/chart-frame.ts'

export interface NumberedFrame {
  readonly id: number
  readonly frame: ChartFrame
}

export type PaintOrder =
  | { readonly kind: 'open'; readonly id: number; readonly canvas: OffscreenCanvas }
  /** All columns of the frames lie in the buffer: handed over with them, and given back when they are painted. */
  | { readonly kind: 'paint'; readonly frames: readonly NumberedFrame[]; readonly buffer: ArrayBuffer }
  | { readonly kind: 'png'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

export type PaintAnswer =
  | { readonly kind: 'painted'; readonly buffer: ArrayBuffer }
  | { readonly kind: 'png'; readonly id: number; readonly blob: Blob }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
