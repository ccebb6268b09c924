/** The pages with charts, on real traffic: what they draw, what they hold as table and file, and for everyone. */
import { readFile } from 'node:fs/promises'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Locator, Page, Response } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openBrowser, watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

/** The pages are made of the same parts: each colours and each width is looked at with some of them. */
const PAGES = [
  {
    path: 'traffic',
    metric: 'request.rate',
    charts: ['Request rate', 'Latency', 'Error ratio'],
    scheme: 'light',
    width: 1280,
  },
  {
    path: 'pool',
    metric: 'pool.saturation',
    charts: ['Connections', 'Circuit breaker'],
    scheme: 'dark',
    width: 360,
  },
  {
    path: 'memory',
    metric: 'worker.rss_total_bytes',
    charts: ['Memory per worker', 'Cache'],
    scheme: 'light',
    width: 360,
  },
] as const

const url = inject('calmUrl')
let browser: Browser
let session: Awaited<ReturnType<typeof signedInState>>
/** One for all: it keeps the console's files, whose loading is looked at elsewhere. */
let context: BrowserContext

beforeAll(async () => {
  browser = await openBrowser()
  session = await signedInState(url)
  context = await browser.newContext({ ...session, viewport: { width: 1280, height: 720 } })
})
afterAll(() => browser.close())

async function open(path: string, prepare: (page: Page) => Promise<unknown> = async () => {}) {
  const page = await context.newPage()
  const faults = watchPage(page)
  await prepare(page)
  await page.goto(new URL(path, url).href)
  return { page, faults }
}

const chartOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name: `Chart: ${name}`, exact: true })

/** How many different colours a picture of the plot has: a plain background has one. */
async function coloursOf(page: Page, plot: Locator): Promise<number> {
  const picture = (await plot.screenshot()).toString('base64')
  return await page.evaluate(async (data) => {
    const image = new Image()
    image.src = `data:image/png;base64,${data}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const pixels = context?.getImageData(0, 0, image.width, image.height).data.buffer
    return new Set(new Uint32Array(pixels ?? new ArrayBuffer(0))).size
  }, picture)
}

test.each(PAGES)(
  '$path in $scheme at $width px: live figures, charts that a worker really draws, nothing for axe or sideways',
  async ({ path, metric, charts, scheme, width }) => {
    const { page, faults } = await open(path, async (fresh) => {
      await fresh.emulateMedia({ colorScheme: scheme })
      await fresh.setViewportSize({ width, height: 720 })
    })
    const figure = page.locator(`data[data-metric="${metric}"]`).first()
    await until('a figure', async () => /\d/.test((await figure.textContent()) ?? ''))
    for (const name of charts) {
      const canvas = chartOf(page, name).locator('canvas')
      await until(`${name} is drawn`, async () => (await coloursOf(page, canvas)) > 20)
      expect(await canvas.getAttribute('data-painted-by')).toBe('worker')
    }
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([])
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0)
    expect(faults).toEqual([])
    await page.close()
  },
)

test('FC1 the table and the CSV file hold the numbers that are drawn', async () => {
  const { page, faults } = await open('traffic')
  const chart = chartOf(page, 'Latency')
  await chart.getByRole('button', { name: 'Show as table' }).click()
  const cells = chart.getByRole('cell')
  await until('a p95 in the table', async () =>
    (await cells.allTextContents()).some((text) => text.endsWith(' ms')),
  )
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chart.getByRole('button', { name: 'Save CSV' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('holdfast-latency.csv')
  const [head, ...rows] = (await readFile(await download.path(), 'utf8')).trim().split('\n')
  expect(head).toBe('time_utc,request.p50_ms,request.p95_ms,request.p99_ms')
  expect(rows).toHaveLength(60)
  const known = rows.map((row) => row.split(',')).filter(([, p50]) => p50 !== '')
  expect(known.length).toBeGreaterThan(0)
  for (const [time, p50, p95, p99] of known) {
    expect(new Date(time ?? '').toISOString()).toBe(time)
    expect(Number(p50)).toBeGreaterThan(0)
    expect(Number(p95)).toBeGreaterThanOrEqual(Number(p50))
    expect(Number(p99)).toBeGreaterThanOrEqual(Number(p95))
  }
  expect(faults).toEqual([])
  await page.close()
})

test('a picture can be saved', async () => {
  const { page, faults } = await open('pool')
  const chart = chartOf(page, 'Connections')
  await until('it is drawn', async () => (await coloursOf(page, chart.locator('canvas'))) > 20)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chart.getByRole('button', { name: 'Save PNG' }).click(),
  ])
  const bytes = await readFile(await download.path())
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  expect(bytes.length).toBeGreaterThan(2000)
  expect(faults).toEqual([])
  await page.close()
})

test('a browser that cannot hand a canvas to a worker draws in the page', async () => {
  const { page, faults } = await open('traffic', (fresh) =>
    fresh.addInitScript('delete HTMLCanvasElement.prototype.transferControlToOffscreen'),
  )
  const canvas = chartOf(page, 'Latency').locator('canvas')
  await until('it is drawn', async () => (await coloursOf(page, canvas)) > 20)
  expect(await canvas.getAttribute('data-painted-by')).toBe('page')
  expect(faults).toEqual([])
  await page.close()
})

test('the window is in the address; dragging across one chart zooms all of them, and back is back', async () => {
  const { page, faults } = await open('traffic?window=15m')
  await page.getByRole('link', { name: '5 min', exact: true }).click()
  await page.waitForURL(/window=5m$/)
  const plot = page.getByRole('slider').first()
  const { x = 0, y = 0, width = 0, height = 0 } = (await plot.boundingBox()) ?? {}
  await page.mouse.move(x + width * 0.25, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.75, y + height / 2, { steps: 4 })
  await page.mouse.up()
  await page
    .getByRole('group', { name: 'Part of the window' })
    .getByText(/^\d\d:\d\d:\d\d to /)
    .waitFor()
  await page.getByRole('button', { name: 'Whole window' }).click()
  await page.getByText('Last 5 min', { exact: true }).waitFor()
  await page.goBack()
  await page.getByText('Last 15 min', { exact: true }).waitFor()
  expect(faults).toEqual([])
  await page.close()
})

test('ECharts is in no file that the overview loads', async () => {
  const page = await browser.newPage(session)
  const scripts: Promise<string>[] = []
  const keep = (response: Response) => {
    if (response.url().endsWith('.js')) scripts.push(response.text())
  }
  page.on('response', keep)
  await page.goto(url)
  await until('a figure', async () =>
    /\d/.test((await page.locator('data[data-metric="request.rate"]').first().textContent()) ?? ''),
  )
  // What comes once the browser is idle has its own time: it is not waited for, and not begun to be read.
  page.off('response', keep)
  const loaded = await Promise.all(scripts)
  expect(loaded.length).toBeGreaterThan(1)
  expect(loaded.filter((text) => /echarts|zrender/i.test(text))).toEqual([])
  await page.close()
})
