/** Draws frames with ECharts; in a worker, or in the page where a browser can't (docs/adr/0021). Loaded when a chart is. */
import { LineChart, type LineSeriesOption } from 'echarts/charts'
import { GridComponent, type GridComponentOption } from 'echarts/components'
import { type ComposeOption, type EChartsType, init, setPlatformAPI, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { type ChartFrame, type ChartPlan, type FrameLine, PLOT_EDGES } from '#web/charts/chart-frame.ts'
import { lonePoints, visiblePoints } from '#web/charts/decimate.ts'
import { spanOf } from '#web/charts/view-window.ts'
import { localText } from '#web/clock-text.ts'

use([LineChart, GridComponent, CanvasRenderer])

// In a worker ECharts lacks two things: the document, where it gets the canvas on which it measures labels, and one of
// the names `window` and `global`, where it looks for defaults.
if (typeof document === 'undefined') {
  Object.assign(globalThis, { global: globalThis })
  setPlatformAPI({ createCanvas: () => new OffscreenCanvas(1, 1) as unknown as HTMLCanvasElement })
}

type Canvas = HTMLCanvasElement | OffscreenCanvas
type Option = ComposeOption<LineSeriesOption | GridComponentOption>

export interface Painter {
  paint(frame: ChartFrame): void
  png(): Promise<Blob>
  close(): void
}

export function createPainter(canvas: Canvas): Painter {
  let chart: EChartsType | null = null
  let last: ChartPlan | null = null

  function chartFor({ size }: ChartPlan): EChartsType {
    // A window that moves to another screen has another density of pixels.
    if (last !== null && last.size.ratio !== size.ratio) chart?.dispose()
    if (chart === null || chart.isDisposed()) {
      const { width, height, ratio: devicePixelRatio } = size
      // A canvas that is no element is drawn on as well, though the types do not say so.
      chart = init(canvas as HTMLElement, null, { devicePixelRatio, width, height })
    } else if (last?.size.width !== size.width || last.size.height !== size.height) {
      chart.resize({ width: size.width, height: size.height })
    }
    return chart
  }

  return {
    paint(frame) {
      const painted = chartFor(frame.plan)
      last = frame.plan
      painted.setOption(optionOf(frame), { notMerge: true })
      painted.getZr().flush()
    },
    png: () => pictureOf(canvas, last?.look.surface ?? '#ffffff'),
    close: () => chart?.dispose(),
  }
}

function optionOf(frame: ChartFrame): Option {
  const { from, to, plan } = frame
  const { scale, look, size } = plan
  const text = { color: look.text, fontFamily: look.font, fontSize: 11 }
  return {
    animation: false,
    grid: { ...PLOT_EDGES },
    xAxis: {
      type: 'time',
      min: from,
      max: to,
      splitNumber: Math.max(2, Math.floor(size.width / 160)),
      axisLabel: { ...text, formatter: (at: number) => localText(at, to), hideOverlap: true },
      axisLine: { lineStyle: { color: look.grid } },
      axisTick: { lineStyle: { color: look.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: scale.top,
      interval: scale.step,
      axisLabel: {
        ...text,
        formatter: (value: number) => scale.labels[Math.round(value / scale.step)] ?? '',
      },
      splitLine: { lineStyle: { color: look.grid } },
    },
    series: [
      ...limitSeries(frame),
      ...plan.lines.flatMap((line, i) => lineSeries(line, frame.values[i] ?? new Float64Array(), frame)),
      ...markSeries(frame),
    ],
  }
}

const QUIET = { type: 'line', silent: true, symbol: 'none', emphasis: { disabled: true } } as const

function lineSeries(
  { name, colour, dash, isStep }: FrameLine,
  values: Float64Array,
  { t, from, to, plan: { size } }: ChartFrame,
): LineSeriesOption[] {
  const widthPx = Math.max(1, Math.round((size.width - PLOT_EDGES.left - PLOT_EDGES.right) * size.ratio))
  const { start, end } = spanOf(t, { from, to })
  const points = visiblePoints(t, values, { from, to, widthPx })
  return [
    {
      ...QUIET,
      // Without it each point is looked at for a symbol, though it is to have none.
      showSymbol: false,
      name,
      step: isStep ? 'end' : false,
      connectNulls: false,
      lineStyle: { color: colour, type: dash, width: widthOf(isStep, end - start > widthPx) },
      ...dataOf(points),
    },
    ...loneSeries(lonePoints(points), colour),
  ]
}

/** Of more than one value for a pixel a broader line shows nothing more, and takes twelve times as long without a graphics card. */
function widthOf(isStep: boolean, isDense: boolean): number {
  if (isDense) return 1
  return isStep ? 2 : 1.5
}

/** No line shows a value between two gaps: a dot does. */
function loneSeries(points: Float64Array, colour: string): LineSeriesOption[] {
  if (points.length === 0) return []
  return [
    {
      ...QUIET,
      symbol: 'circle',
      symbolSize: 4,
      itemStyle: { color: colour },
      lineStyle: { opacity: 0 },
      ...dataOf(points),
    },
  ]
}

/** Typed arrays are taken as they are, though the types of a line do not say so. */
function dataOf(points: Float64Array): Pick<LineSeriesOption, 'dimensions' | 'data'> {
  return { dimensions: ['t', 'value'], data: points as unknown as NonNullable<LineSeriesOption['data']> }
}

function limitSeries({ from, to, plan: { limits } }: ChartFrame): LineSeriesOption[] {
  return limits.map(({ value, colour }) => ({
    ...QUIET,
    lineStyle: { color: colour, type: [6, 4], width: 1 },
    data: [
      [from, value],
      [to, value],
    ],
  }))
}

/** A line from top to bottom, and at its top the shape that says what it marks. */
function markSeries({ from, to, plan: { marks, scale } }: ChartFrame): LineSeriesOption[] {
  return marks
    .filter(({ t }) => t >= from && t <= to)
    .map(({ t, shape, colour }) => ({
      ...QUIET,
      clip: false,
      lineStyle: { color: colour, type: shape === 'circle' ? 'solid' : 'dotted', width: 1.5 },
      itemStyle: { color: colour },
      data: [{ value: [t, scale.top], symbol: shape, symbolSize: 9 }, { value: [t, 0] }],
    }))
}

/** On the colour that it stands on in the page: by itself it is transparent. */
async function pictureOf(canvas: Canvas, surface: string): Promise<Blob> {
  const { width, height } = canvas
  const sheet =
    typeof document === 'undefined' ? new OffscreenCanvas(width, height) : document.createElement('canvas')
  Object.assign(sheet, { width, height })
  const context = sheet.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D
  context.fillStyle = surface
  context.fillRect(0, 0, width, height)
  context.drawImage(canvas, 0, 0)
  if (sheet instanceof OffscreenCanvas) return await sheet.convertToBlob({ type: 'image/png' })
  return await new Promise((resolve, reject) => {
    sheet.toBlob(
      (blob) => (blob === null ? reject(new Error('the picture is empty')) : resolve(blob)),
      'image/png',
    )
  })
}
