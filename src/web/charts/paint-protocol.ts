/** What the page and the worker that paints say to each other. Each chart has a number. */
import type { ChartFrame } from '#web/charts/chart-frame.ts'

export type PaintOrder =
  | { readonly kind: 'open'; readonly id: number; readonly canvas: OffscreenCanvas }
  | { readonly kind: 'paint'; readonly id: number; readonly frame: ChartFrame }
  | { readonly kind: 'png'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number }

export type PaintAnswer =
  | { readonly kind: 'painted'; readonly id: number; readonly spare: ArrayBuffer }
  | { readonly kind: 'png'; readonly id: number; readonly blob: Blob }
  | { readonly kind: 'failed'; readonly id: number; readonly why: string }
