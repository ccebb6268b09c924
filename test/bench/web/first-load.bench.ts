/**
 * The console's first load on a bad line and a slow machine, signed in, beside the least that Vue and its router can do: the
 * built console from the real agent, both in the same real Chromium by turns. Times are ratios of medians.
 */
import type { BrowserContextOptions } from 'playwright-core'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../../support/browser.ts'
import { signedInState } from '../../support/signed-in.ts'
import { startDemonstration } from '../../e2e/support/demonstration.ts'
import { watchFirstRows, type FirstRows } from '../../e2e/support/first-rows.ts'
import { slowDown } from '../support/bad-line.ts'
import { Story } from '../support/report.ts'
import { rounded, summary } from '../support/statistics.ts'
import { serveBuilt } from './serve-built.ts'

const ROUNDS = 7
/** What begins after the first rows counts as blocking too. */
const SETTLE_MS = 3000
const MIB = 1024 * 1024

interface Load extends FirstRows {
  readonly blockingMs: number
  readonly heapMib: number
}

const story = await Story.open('web-first-load')
const demonstration = await startDemonstration()
const floor = await serveBuilt('floor', {
  health: await (await fetch(new URL('health', demonstration.url))).text(),
})
const browser = await openBrowser()
try {
  const session = await signedInState(demonstration.url)
  const loads: { console: Load[]; floor: Load[] } = { console: [], floor: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    loads.floor.push(await load(browser, floor.url, {}))
    loads.console.push(await load(browser, demonstration.url, session))
  }
  report(loads)
} finally {
  await browser.close()
  floor.close()
  await demonstration.stop()
}
story.close()

/** In a context of its own: nothing is held from the load before. */
async function load(from: Browser, url: string, options: BrowserContextOptions): Promise<Load> {
  const context = await from.newContext(options)
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await slowDown(devtools)
  const rows = await watchFirstRows(page)
  await page.addInitScript(() => {
    const long: number[] = []
    Object.assign(globalThis, { long })
    new PerformanceObserver((list) =>
      long.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({
      type: 'longtask',
      buffered: true,
    })
  })
  await page.goto(url)
  await rows.there
  await page.waitForTimeout(SETTLE_MS)
  // Before anything of Playwright's is in the page.
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  const found = await rows.read()
  const long = await page.evaluate(() => (globalThis as unknown as { long: number[] }).long)
  await context.close()
  return {
    ...found,
    blockingMs: long.reduce((sum, ms) => sum + Math.max(0, ms - 50), 0),
    heapMib: usedSize / MIB,
  }
}

function report({ console: ours, floor: least }: { console: Load[]; floor: Load[] }): void {
  const middle = (of: readonly Load[], what: (one: Load) => number) => summary(of.map(what)).median
  const [lcp, rows] = [({ lcpMs }: Load) => lcpMs, ({ rowsMs }: Load) => rowsMs]
  const blocking = ({ blockingMs }: Load) => blockingMs
  story.measured('the floor', {
    lcp_ms: rounded(middle(least, lcp)),
    live_rows_ms: rounded(middle(least, rows)),
    blocking_ms: rounded(middle(least, blocking)),
    heap_mib: rounded(Math.max(...least.map(({ heapMib }) => heapMib))),
  })
  const found = {
    requests: Math.max(...ours.map(({ requests }) => requests.length)),
    kib: rounded(Math.max(...ours.map(({ bytes }) => bytes)) / 1024),
    lcp_ms: rounded(middle(ours, lcp)),
    live_rows_ms: rounded(middle(ours, rows)),
    times_lcp: rounded(middle(ours, lcp) / middle(least, lcp)),
    times_live_rows: rounded(middle(ours, rows) / middle(least, rows)),
    blocking_ms_above: rounded(middle(ours, blocking) - middle(least, blocking)),
    heap_mib: rounded(Math.max(...ours.map(({ heapMib }) => heapMib))),
    shift: Math.max(...ours.map(({ shift }) => shift)),
  }
  story.measured('the console', found, {
    requests: { atMost: 6 },
    kib: { atMost: 72 },
    times_lcp: { atMost: 1 },
    times_live_rows: { atMost: 1.15 },
    blocking_ms_above: { atMost: 30 },
    heap_mib: { atMost: 3 },
    shift: { atMost: 0.005 },
  })
}
