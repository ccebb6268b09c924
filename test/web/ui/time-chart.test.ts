import { afterEach, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { h, nextTick, ref, shallowRef } from 'vue'
import type { EpochMs } from '#domain/time.ts'
import { paintInPage, paintInWorker } from '#web/charts/paint-client.ts'
import { type ChartDrawing, type ChartLine, frameOf, planner, valuesOf } from '#web/charts/chart-drawing.ts'
import { type ChartColour, chartLook } from '#web/charts/chart-look.ts'
import { headsIn } from '#web/charts/frame-pack.ts'
import type { PaintOrder } from '#web/charts/paint-protocol.ts'
import type { Zoom } from '#web/charts/view-window.ts'
import { chartMessages } from '#web/messages-charts.ts'
import TimeChart from '#web/ui/TimeChart.vue'
import { sampleDrawing, T0, WHOLE } from '../charts/sample-drawing.ts'
import { expectAccessible, mount } from '../mount.ts'

const words = chartMessages.chart
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Two charts of one page: what is done to one is seen in the other. */
function mountCharts(first: ChartDrawing = sampleDrawing(), stale = false) {
  const drawing = shallowRef(first)
  const drawn = () => ({ drawing: drawing.value, whole: WHOLE })
  const cursor = ref<EpochMs | null>(null)
  const zoom = ref<Zoom>(null)
  const chart = (title: string) =>
    h(TimeChart, {
      title,
      file: title,
      drawn,
      stale,
      cursor: cursor.value,
      zoom: zoom.value,
      'onUpdate:cursor': (next: EpochMs | null) => (cursor.value = next),
      'onUpdate:zoom': (next: Zoom) => (zoom.value = next),
    })
  const host = mount({ render: () => h('main', { style: 'width: 800px' }, [chart('One'), chart('Other')]) })
  return { host, drawing, cursor, zoom }
}

/** The beginnings of the frames that the painter is sent. */
function sentFrames(): EpochMs[] {
  const sent: EpochMs[] = []
  const { postMessage } = Worker.prototype
  Worker.prototype.postMessage = function (message: PaintOrder, ...rest: unknown[]) {
    if (message.kind === 'paint') sent.push(...headsIn(message.buffer).map(({ from }) => from))
    Reflect.apply(postMessage, this, [message, ...rest])
  }
  closers.push(() => (Worker.prototype.postMessage = postMessage))
  return sent
}

const slider = (title: string) => page.getByRole('slider', { name: words.cursor(title) })

async function pixelsOf(blob: Blob): Promise<Uint8ClampedArray> {
  const picture = await createImageBitmap(blob)
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.drawImage(picture, 0, 0)
  return context.getImageData(0, 0, picture.width, picture.height).data
}

const look = chartLook()

async function painted(
  drawing: ChartDrawing,
  paint: typeof paintInPage = paintInPage,
): Promise<Uint8ClampedArray> {
  const painter = paint(document.createElement('canvas'), (why) => {
    throw new Error(why)
  })
  closers.push(painter.close)
  const plan = planner()(drawing, { look, size: { width: 400, height: 200, ratio: 1 } })
  painter.paint(() => frameOf(drawing, WHOLE, plan))
  return await pixelsOf(await painter.png())
}

/** Of all pixels together. */
async function brightness(drawing: ChartDrawing): Promise<number> {
  return (await painted(drawing)).reduce((sum, value) => sum + value, 0)
}

async function paintedColours(
  drawing: ChartDrawing,
  paint?: typeof paintInPage,
): Promise<(name: ChartColour) => boolean> {
  const colours = new Set(new Uint32Array((await painted(drawing, paint)).buffer))
  return (name) => {
    const hex = look.colour(name).slice(1)
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    return colours.has(((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0)
  }
}

test.each([
  ['a worker', paintInWorker],
  ['the page', paintInPage],
])('%s paints lines and marks in the colours of the page', async (_, paint) => {
  const isPainted = await paintedColours(sampleDrawing(), paint)
  for (const name of ['trace', 'trace-4', 'text', 'panel'] as const)
    expect({ name, isPainted: isPainted(name) }).toEqual({ name, isPainted: true })
})

test.each([
  ['a value between two gaps is a dot', [null, null, 40, null, null], true],
  ['where nothing is known there is nothing', [null, null, null, null, null], false],
])('%s', async (_, values, isSeen) => {
  const line = { ...(sampleDrawing().lines[0] as ChartLine), values: valuesOf(values) }
  const isPainted = await paintedColours(sampleDrawing({ lines: [line], marks: [], limits: [] }))
  expect(isPainted('trace')).toBe(isSeen)
})

test('a line of more values than there are pixels is drawn thinner: it shows no less, and is painted far sooner', async () => {
  const [line] = sampleDrawing().lines as [ChartLine]
  async function ink(points: number): Promise<number> {
    const t = Float64Array.from({ length: points }, (_, i) => T0 + (i * 45_000) / (points - 1))
    const lines = [{ ...line, values: t.map(() => 50) }]
    const blank = { ...sampleDrawing({ marks: [], limits: [] }), t }
    const [bare, drawn] = [await brightness({ ...blank, lines: [] }), await brightness({ ...blank, lines })]
    return Math.abs(bare - drawn)
  }
  expect((await ink(3600)) / (await ink(100))).toBeCloseTo(1 / 1.5, 1)
})

test('a step that nobody can see is not painted by itself, but with the next; and what then stands is the newest', async () => {
  const sent = sentFrames()
  const from = ref<EpochMs>(WHOLE.from)
  const drawn = () => ({ drawing: sampleDrawing(), whole: { from: from.value, to: from.value + 45_000 } })
  mount({
    render: () => h(TimeChart, { title: 'One', file: 'one', drawn, stale: false, cursor: null, zoom: null }),
  })
  await expect.poll(() => sent.length).toBe(1)
  for (const steps of [
    [3, 3, 5_000],
    [3, 3],
  ]) {
    for (const stepMs of steps) {
      from.value += stepMs
      await nextTick()
    }
    await expect.poll(() => sent.at(-1)).toBe(from.value)
  }
  expect(sent.slice(1)).toEqual([WHOLE.from + 5_006, WHOLE.from + 5_012])
})

test('the charts of a page share one worker, which ends with the last of them', async () => {
  const spawned: Worker[] = []
  let ended = 0
  const spawn = () => {
    const worker = new Worker(new URL('data:text/javascript,'), { type: 'module' })
    const terminate = worker.terminate.bind(worker)
    worker.terminate = () => {
      ended += 1
      terminate()
    }
    spawned.push(worker)
    return worker
  }
  const canvases = [document.createElement('canvas'), document.createElement('canvas')]
  const [one, other] = canvases.map((canvas) => paintInWorker(canvas, () => {}, { spawn }))
  expect(spawned).toHaveLength(1)
  one?.close()
  expect(ended).toBe(0)
  other?.close()
  expect(ended).toBe(1)
})

test('a worker that cannot paint is replaced by the page, on a canvas of its own', async () => {
  const { Worker: real } = globalThis
  closers.push(() => {
    globalThis.Worker = real
  })
  globalThis.Worker = class extends real {
    constructor() {
      super('data:text/javascript,throw new Error("no painter here")', { type: 'module' })
    }
  }
  const { host } = mountCharts()
  await expect
    .poll(() => [...host.querySelectorAll('canvas')].map(({ dataset }) => dataset.paintedBy))
    .toEqual(['page', 'page'])
})

test('each line stands at its stroke with its newest value; the keys read any other, in all charts at once', async () => {
  const { host } = mountCharts()
  await expect
    .element(slider('One'))
    .toHaveAttribute('aria-valuetext', expect.stringMatching(/100 ms, State open$/))
  await slider('One').click()
  await userEvent.keyboard('{End}{ArrowLeft}')
  await expect
    .element(slider('Other'))
    .toHaveAttribute('aria-valuetext', expect.stringMatching(/90 ms, State closed$/))
  await userEvent.keyboard('{Home}{ArrowRight}{ArrowRight}{ArrowRight}')
  await expect.element(slider('Other')).toHaveAttribute('aria-valuetext', expect.stringMatching(/p95 —/))
  await expectAccessible(host)
})

test('what moves on changes words, and no element; other lines have places of their own', async () => {
  const { host, drawing } = mountCharts()
  const [latency, state] = drawing.value.lines as [ChartLine, ChartLine]
  const legend = host.querySelector('.legend') as HTMLElement
  const names = () => [...legend.querySelectorAll('.entry')].map(({ textContent }) => textContent?.trim())
  expect(names()).toEqual(['Latency p95 100 ms', 'State open'])

  const changed: string[] = []
  const observer = new MutationObserver((records) => changed.push(...records.map(({ type }) => type)))
  observer.observe(host, { subtree: true, childList: true, characterData: true })
  const later = { ...latency, values: latency.values.with(-1, 250) }
  drawing.value = sampleDrawing({ lines: [later, { ...state }] })
  await expect.poll(names).toEqual(['Latency p95 250 ms', 'State open'])
  observer.disconnect()
  expect(changed).toEqual(['characterData', 'characterData'])

  drawing.value = sampleDrawing({ lines: [{ ...state, name: 'Breaker' }, later, { ...state }] })
  await expect.poll(names, { timeout: 3000 }).toEqual(['Breaker open', 'Latency p95 250 ms', 'State open'])
  await expect
    .element(slider('One'))
    .toHaveAttribute(
      'aria-valuetext',
      expect.stringMatching(/: Breaker open, Latency p95 250 ms, State open$/),
    )
})

test('keys zoom around the moment that is read, and 0 shows the whole window again', async () => {
  const { zoom } = mountCharts()
  await slider('One').click()
  await userEvent.keyboard('{Home}+')
  expect(zoom.value).toEqual({ from: T0, to: T0 + 22_500 })
  await userEvent.keyboard('-')
  expect(zoom.value).toBeNull()
  await userEvent.keyboard('+0')
  expect(zoom.value).toBeNull()
})

test('dragging across a chart shows that part in all charts', async () => {
  const { host, zoom } = mountCharts()
  const area = host.querySelector('[role="slider"]') as HTMLElement
  const { left, width, top } = area.getBoundingClientRect()
  const at = (share: number) => ({
    pointerId: 1,
    button: 0,
    clientX: left + share * width,
    clientY: top + 20,
    bubbles: true,
  })
  area.setPointerCapture = () => {} // a made-up pointer cannot be held
  for (const [type, share] of [
    ['pointerdown', 0.2],
    ['pointermove', 0.5],
    ['pointerup', 0.8],
  ] as const)
    area.dispatchEvent(new PointerEvent(type, at(share)))
  expect(zoom.value?.from).toBeCloseTo(T0 + 9000, -2)
  expect(zoom.value?.to).toBeCloseTo(T0 + 36_000, -2)
})

test('the same as a table: the newest first, a gap as a dash, and every value in the words of the chart', async () => {
  const { host } = mountCharts()
  await page.getByRole('button', { name: words.asTable }).first().click()
  const table = page.getByRole('table', { name: words.table('One') })
  await expect.element(table).toBeVisible()
  const cells = [...table.element().querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map(({ textContent }) => textContent?.trim()),
  )
  expect(cells[0]).toEqual(['12:00:45', '100 ms', 'open'])
  expect(cells.at(-4)).toEqual(['12:00:15', '—', 'closed'])
  expect(cells).toHaveLength(10)
  await expectAccessible(host)
})

test('nothing known says so over the plot; what is not live looks so', async () => {
  const lines = sampleDrawing().lines.map((line) => ({ ...line, values: line.values.map(() => Number.NaN) }))
  const { host } = mountCharts(sampleDrawing({ lines }), true)
  await expect.element(page.getByText(words.empty).first()).toBeVisible()
  expect(host.querySelector('section')?.className).toContain('stale')
  await expectAccessible(host)
})
