import { afterEach, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { h, ref } from 'vue'
import type { EpochMs } from '#domain/time.ts'
import { paintInPage, paintInWorker } from '#web/charts/paint-client.ts'
import { type ChartDrawing, frameOf } from '#web/charts/chart-drawing.ts'
import { chartLook } from '#web/charts/chart-look.ts'
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
function mountCharts(drawing: ChartDrawing = sampleDrawing(), stale = false) {
  const cursor = ref<EpochMs | null>(null)
  const zoom = ref<Zoom>(null)
  const chart = (title: string) =>
    h(TimeChart, {
      title,
      file: title,
      drawing,
      whole: WHOLE,
      stale,
      cursor: cursor.value,
      zoom: zoom.value,
      'onUpdate:cursor': (next: EpochMs | null) => (cursor.value = next),
      'onUpdate:zoom': (next: Zoom) => (zoom.value = next),
    })
  const host = mount({ render: () => h('main', { style: 'width: 800px' }, [chart('One'), chart('Other')]) })
  return { host, cursor, zoom }
}

const slider = (title: string) => page.getByRole('slider', { name: words.cursor(title) })

async function coloursIn(blob: Blob): Promise<Set<number>> {
  const picture = await createImageBitmap(blob)
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.drawImage(picture, 0, 0)
  return new Set(new Uint32Array(context.getImageData(0, 0, picture.width, picture.height).data.buffer))
}

test.each([
  ['a worker', paintInWorker],
  ['the page', paintInPage],
])('%s paints lines and marks in the colours of the page', async (_, paint) => {
  const canvas = document.createElement('canvas')
  const painter = paint(canvas, (why) => {
    throw new Error(why)
  })
  closers.push(painter.close)
  const look = chartLook()
  const size = { width: 400, height: 200, ratio: 1 }
  painter.paint(() => frameOf(sampleDrawing(), { part: WHOLE, look, size }))
  const colours = await coloursIn(await painter.png())
  for (const name of ['trace', 'trace-4', 'text', 'panel'] as const) {
    const hex = look.colour(name).slice(1)
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    const wanted = ((255 << 24) | ((blue ?? 0) << 16) | ((green ?? 0) << 8) | (red ?? 0)) >>> 0
    expect({ name, isPainted: colours.has(wanted) }).toEqual({ name, isPainted: true })
  }
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

test('of frames that come while one is painted only the newest is made, into the buffer that was given back', async () => {
  // Says that it is painted when it is asked for a picture.
  const program = `
    let painted = null
    onmessage = ({ data }) => {
      if (data.kind === 'paint') painted = { kind: 'painted', id: data.id, spare: data.frame.buffer }
      if (data.kind === 'png') postMessage(painted, [painted.spare])
    }`
  const spawn = () => new Worker(`data:text/javascript,${encodeURIComponent(program)}`)
  const painter = paintInWorker(document.createElement('canvas'), () => {}, { spawn })
  closers.push(painter.close)
  const size = { width: 400, height: 200, ratio: 1 }
  const made: { frame: number; hasSpare: boolean }[] = []
  const paint = (frame: number) =>
    painter.paint((spare) => {
      made.push({ frame, hasSpare: spare !== null })
      return frameOf(sampleDrawing(), { part: WHOLE, look: chartLook(), size, spare })
    })
  for (const frame of [1, 2, 3]) paint(frame)
  void painter.png().catch(() => {}) // never answered: it ends with the test
  await expect
    .poll(() => made)
    .toEqual([
      { frame: 1, hasSpare: false },
      { frame: 3, hasSpare: true },
    ])
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
