/** The product's own chart with made-up lines: many at once that move on, and one with very many points. Driven by the bench. */
import { createApp, h, nextTick, shallowRef, type ShallowRef } from 'vue'
import type { ChartDrawing, DrawnWindow } from '#web/charts/chart-drawing.ts'
import { LINE_COLOURS } from '#web/charts/chart-look.ts'
import { headsIn } from '#web/charts/frame-pack.ts'
import type { PaintAnswer, PaintOrder } from '#web/charts/paint-protocol.ts'
import { scaleUpTo } from '#web/charts/scale.ts'
import TimeChart from '#web/ui/TimeChart.vue'
import '#web/tokens.css'
import '#web/base.css'

const CHARTS = 8
const LINES = 5
const STEP_MS = 1000
const STEPS_MAX = 5000
const FROM = Date.UTC(2026, 10, 26, 12)

/** Each by itself: one that stays as it is has nothing to paint when another comes. */
const shown = shallowRef<readonly ShownChart[]>([])
let painted = 0
/** The most points of a line in a frame that was painted. */
let mostPoints = 0
watchPainter()

createApp({
  setup: () => () =>
    h(
      'main',
      { style: 'display: grid; grid-template-columns: 1fr 1fr' },
      shown.value.map(({ drawn }, i) =>
        h(TimeChart, {
          title: `Chart ${i}`,
          file: `chart-${i}`,
          drawn,
          stale: false,
          cursor: null,
          zoom: null,
        }),
      ),
    ),
}).mount('#app')

Object.assign(globalThis, {
  charts: {
    open(points: number): void {
      shown.value = Array.from({ length: CHARTS }, (_, i) => chartOf(drawingOf(points, i)))
    },
    move(steps: number): void {
      for (const { drawing } of shown.value) drawing.value = moved(drawing.value, steps)
    },
    /** A chart of so many points beside what is there: from the call until it is painted, in milliseconds. */
    async firstDraw(points: number): Promise<number> {
      const drawing = drawingOf(points, CHARTS)
      const from = performance.now()
      shown.value = [...shown.value, chartOf(drawing)]
      await nextTick()
      while (mostPoints < points) await frame()
      await frame()
      return performance.now() - from
    },
    painted: () => painted,
  },
})

interface ShownChart {
  readonly drawing: ShallowRef<ChartDrawing>
  readonly drawn: () => DrawnWindow
}

function chartOf(first: ChartDrawing): ShownChart {
  const drawing = shallowRef(first)
  return { drawing, drawn: () => withWindow(drawing.value) }
}

function withWindow(drawing: ChartDrawing): DrawnWindow {
  return { drawing, whole: { from: drawing.t[0] ?? FROM, to: drawing.t.at(-1) ?? FROM } }
}

function drawingOf(points: number, seed: number): ChartDrawing {
  const values = (line: number) =>
    column(points, (i) => 50 + 40 * Math.sin(i / (20 + seed) + line) + ((i * 7919) % 10))
  return {
    t: column(points, (i) => FROM + i * STEP_MS),
    lines: LINE_COLOURS.slice(0, LINES).map((colour, line) => ({
      id: `line-${line}`,
      name: `Line ${line}`,
      values: values(line),
      text: (value) => `${value.toFixed(1)} ms`,
      colour,
      dash: 'solid',
    })),
    limits: [{ value: 90, text: 'Warning line' }],
    marks: [],
    scale: scaleUpTo('request.p95_ms', 100),
  }
}

/** Further by some steps: with each the oldest point goes, and a new one comes. Made beforehand: what comes in a page was made by a worker. */
function moved(drawing: ChartDrawing, steps: number): ChartDrawing {
  const { t, lines } = drawing
  return {
    ...drawing,
    t: later(t, steps),
    lines: lines.map((line) => ({ ...line, values: later(line.values, steps) })),
  }
}

function later({ buffer, byteOffset, length, BYTES_PER_ELEMENT }: Float64Array, steps: number): Float64Array {
  return new Float64Array(buffer, byteOffset + steps * BYTES_PER_ELEMENT, length)
}

/** With as many more behind it as the bench will take steps. */
function column(points: number, value: (i: number) => number): Float64Array {
  return Float64Array.from({ length: points + STEPS_MAX }, (_, i) => value(i)).subarray(0, points)
}

function frame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()))
}

/** Counts what the painting worker says is painted: it has one order at a time. */
function watchPainter(): void {
  const Original = globalThis.Worker
  globalThis.Worker = class extends Original {
    /** Of each frame that was ordered. */
    #points: readonly number[] = []

    constructor(...args: ConstructorParameters<typeof Original>) {
      super(...args)
      this.addEventListener('message', ({ data }: MessageEvent<PaintAnswer>) => {
        if (data.kind !== 'painted') return
        painted += this.#points.length
        mostPoints = Math.max(mostPoints, ...this.#points)
        this.#points = []
      })
    }

    override postMessage(order: PaintOrder, transfer?: Transferable[] | StructuredSerializeOptions): void {
      if (order.kind === 'paint') this.#points = headsIn(order.buffer).map(({ points }) => points)
      super.postMessage(order, transfer as Transferable[])
    }
  }
}
