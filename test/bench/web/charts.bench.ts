/**
 * What charts cost a page that is open beside other work: eight of them that move on ten times a second, and one with very
 * many points. The product's own component and painter, in real Chromium; the same page at rest is what they are measured against.
 */
import type { CDPSession, Page } from 'playwright-core'
import { openBrowser } from '../../support/browser.ts'
import { Story } from '../support/report.ts'
import { rounded, summary } from '../support/statistics.ts'
import { serveBuilt } from './serve-built.ts'

const POINTS = 3_600
const MANY_POINTS = 100_000
const PER_SECOND = 10
const SETTLE_MS = 3_000
const WATCHED_MS = 20_000
const DRAWS = 5

const story = await Story.open('web-charts')
const served = await serveBuilt('charts')
const browser = await openBrowser()
try {
  await moving('a point each time', 1)
  // Each is then a pixel further, and none is left out.
  await moving('a pixel each time', 8)
  await firstDraw()
} finally {
  await browser.close()
  served.close()
}
story.close()

async function moving(how: string, steps: number): Promise<void> {
  const { page, devtools } = await openPage()
  await page.evaluate((points) => harness().open(points), POINTS)
  await page.waitForTimeout(SETTLE_MS)
  const idle = await busyMs(page, devtools)
  const before = await page.evaluate(() => harness().painted())
  await page.evaluate(
    ([everyMs, stepsEach]) => {
      setInterval(() => harness().move(stepsEach), everyMs)
    },
    [1000 / PER_SECOND, steps] as const,
  )
  await page.waitForTimeout(SETTLE_MS)
  await page.evaluate(() => longTasks().splice(0))
  const own = await page.context().newCDPSession(page)
  await own.send('Performance.enable', { timeDomain: 'threadTicks' })
  const ownBefore = await taskSeconds(own)
  const from = performance.now()
  const moved = await busyMs(page, devtools)
  const ownMs = ((await taskSeconds(own)) - ownBefore) * 1000 * (1000 / (performance.now() - from))
  const painted = (await page.evaluate(() => harness().painted())) - before
  const long = await page.evaluate(() => longTasks())
  story.measured(
    `8 charts of 5 lines, ${POINTS} points each, ${PER_SECOND} times a second, ${how}`,
    {
      idle_ms_per_s: rounded(idle),
      above_idle_ms_per_s: rounded(moved - idle),
      with_a_processor_ms_per_s: rounded(ownMs),
      long_tasks: long.length,
      longest_ms: rounded(Math.max(0, ...long)),
      painted_per_s: rounded((painted * 1000) / (WATCHED_MS + SETTLE_MS)),
    },
    { above_idle_ms_per_s: { atMost: 15 }, long_tasks: { exactly: 0 } },
  )
  await page.close()
}

async function firstDraw(): Promise<void> {
  const times: number[] = []
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const { page } = await openPage()
    await page.evaluate((points) => harness().open(points), POINTS)
    await page.waitForTimeout(SETTLE_MS)
    times.push(await page.evaluate((points) => harness().firstDraw(points), MANY_POINTS))
    await page.close()
  }
  const { median } = summary(times)
  story.measured(
    `a chart of 5 lines, ${MANY_POINTS} points each, where others stand already`,
    { painted_ms: rounded(median), most_ms: rounded(Math.max(...times)) },
    { painted_ms: { atMost: 100 } },
  )
}

async function openPage(): Promise<{ page: Page; devtools: CDPSession }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
  await page.addInitScript(() => {
    const long: number[] = []
    Object.assign(globalThis, { long })
    new PerformanceObserver((list) =>
      long.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: 'longtask' })
  })
  // Both are called in the page; a function that is handed over takes nothing of this file with it.
  await page.addInitScript(`
    globalThis.harness = () => globalThis.charts
    globalThis.longTasks = () => globalThis.long
  `)
  await page.goto(served.url)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  return { page, devtools }
}

/** Of the page's main thread, in each second of the watched time. */
async function busyMs(page: Page, devtools: CDPSession): Promise<number> {
  const [from, before] = [performance.now(), await taskSeconds(devtools)]
  await page.waitForTimeout(WATCHED_MS)
  return ((await taskSeconds(devtools)) - before) * 1000 * (1000 / (performance.now() - from))
}

async function taskSeconds(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN
}

interface Harness {
  readonly open: (points: number) => void
  readonly move: (steps: number) => void
  readonly firstDraw: (points: number) => Promise<number>
  readonly painted: () => number
}

declare function harness(): Harness
declare function longTasks(): number[]
