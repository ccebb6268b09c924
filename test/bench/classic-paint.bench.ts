/**
 * How soon the classic page is painted behind a real nginx, beside the console (SH4) and beside a document of one word, which is
 * the least that this browser can do. The console's document paints the agent's words before any script has run (ADR 0025):
 * these are its first paint, and the console itself comes after it.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContext, Page } from 'playwright-core'
import { startBehindNginx } from '../support/behind-nginx.ts'
import { until } from '../support/until.ts'
import { slowDown } from './support/bad-line.ts'
import { Story } from './support/report.ts'
import { rounded } from './support/statistics.ts'

const LOADS = 12
const RATIO = 0.6

interface Visit {
  readonly isKept: boolean
  readonly isSlow: boolean
}

const WAYS: Readonly<Record<string, Visit>> = {
  'of a browser that has nothing yet': { isKept: false, isSlow: false },
  'with the console’s files kept by the browser': { isKept: true, isSlow: false },
  'on a bad line and a slow machine': { isKept: false, isSlow: true },
}

const story = await Story.open('classic-paint')
const behind = await startBehindNginx()
const least = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<!doctype html><title>Holdfast</title><p>Holdfast')
})
await new Promise<void>((listens) => least.listen(0, '127.0.0.1', listens))
const leastUrl = `http://127.0.0.1:${(least.address() as AddressInfo).port}/`
try {
  for (const [how, visit] of Object.entries(WAYS)) await compare(how, visit)
} finally {
  least.close()
  await behind.close()
}
story.close()

/** In turn, so that all meet the same machine; the least of each is what it takes. */
async function compare(how: string, visit: Visit): Promise<void> {
  const times = { classic: [], words: [], console: [], least: [] } satisfies Record<string, number[]>
  const found: Record<keyof typeof times, number[]> = times
  const kept = await behind.newContext()
  for (let load = 0; load < LOADS; load += 1) {
    await visited(visit, kept, `${behind.front}/`, async (page) => {
      found.words.push(await firstPaintMs(page))
      found.console.push(await consoleMs(page))
    })
    await visited(visit, kept, `${behind.front}/classic`, async (page) => {
      found.classic.push(await firstPaintMs(page))
    })
    await visited(visit, kept, leastUrl, async (page) => {
      found.least.push(await firstPaintMs(page))
    })
  }
  await kept.close()
  const [classic, words, itself, floor] = [found.classic, found.words, found.console, found.least].map((ms) =>
    Math.min(...ms),
  ) as [number, number, number, number]
  const figures = {
    classic_ms: rounded(classic),
    console_itself_ms: rounded(itself),
    console_words_ms: rounded(words),
    one_word_ms: rounded(floor),
    ratio_itself: rounded(classic / itself),
    ratio_words: rounded(classic / words),
    ratio_words_of_one_word: rounded(floor / words),
  }
  story.measured(how, figures, { ratio_itself: { atMost: RATIO }, ratio_words: { atMost: RATIO } })
}

async function visited(
  { isKept, isSlow }: Visit,
  kept: BrowserContext,
  url: string,
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const context = isKept ? kept : await behind.newContext()
  const page = await context.newPage()
  if (isSlow) await slowDown(await context.newCDPSession(page))
  await page.addInitScript(markConsole)
  await page.goto(url)
  await look(page)
  await (isKept ? page : context).close()
}

function firstPaintMs(page: Page): Promise<number> {
  return marked(page, 'first-contentful-paint')
}

function consoleMs(page: Page): Promise<number> {
  return marked(page, 'console')
}

function marked(page: Page, name: string): Promise<number> {
  const look = (of: string) => performance.getEntriesByName(of)[0]?.startTime ?? null
  return until(`there is a ${name}`, () => page.evaluate(look, name).then((ms) => ms ?? undefined))
}

/** In the page: when the frame with the console's navigation has been drawn. */
function markConsole(): void {
  const look = () => {
    if (document.querySelector('nav') === null) requestAnimationFrame(look)
    else requestAnimationFrame(() => performance.mark('console'))
  }
  look()
}
