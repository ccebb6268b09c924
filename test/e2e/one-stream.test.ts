/** SH8: twelve tabs of one browser profile on the real agent, all live, over one stream. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, watchPage } from '../support/browser.ts'
import {
  holdfast,
  processesOf,
  readyUrl,
  runInTerminal,
  scratch,
  type Run,
  type Scratch,
} from '../support/holdfast.ts'
import { signedInState, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

const TABS = 12

let place: Scratch
let started: Run
let url: string
let browser: Browser
let context: BrowserContext
let pages: Page[]
const faults: string[] = []
/** The streams that the browser has asked for and that have not ended, each with its tab. */
const streams = new Map<object, Page>()
let opened = 0

beforeAll(async () => {
  place = scratch()
  started = runInTerminal(['tools/start.mjs', '--scenario', 'calm'], withAdmin(place))
  ;[url, browser] = await Promise.all([readyUrl(started), openBrowser()])
  context = await browser.newContext(await signedInState(url))
  context.on('request', (request) => {
    if (!request.url().endsWith('/admin/api/stream')) return
    opened += 1
    streams.set(request, request.frame().page())
  })
  context.on('requestfinished', (request) => streams.delete(request))
  context.on('requestfailed', (request) => streams.delete(request))
  pages = await Promise.all(Array.from({ length: TABS }, () => openTab()))
})
afterAll(async () => {
  await browser.close()
  started.process.kill('SIGTERM')
  await started.ended
  await until('all of it has ended', async () => (await processesOf(place.directory)).length === 0)
  place.remove()
})

/** The tabs that have a stream open: of a tab that is closed no end is told. */
const holders = () => [...streams.values()].filter((page) => !page.isClosed())

async function openTab(): Promise<Page> {
  const page = await context.newPage()
  faults.push(...watchPage(page))
  await page.goto(url)
  return page
}

async function isTold(page: Page): Promise<boolean> {
  const details = page.getByRole('region', { name: 'What is read, and how old it is' })
  if (!(await details.isVisible())) await page.getByRole('button', { name: /^live, / }).click()
  return details.getByText('told by the agent as they happen').isVisible()
}

async function allAreTold(): Promise<void> {
  await until(
    'changes are told in every tab',
    async () => (await Promise.all(pages.map(isTold))).every(Boolean),
    30_000,
  )
}

test('SH8 all are live, and the agent sees one stream', async () => {
  await allAreTold()
  expect(holders()).toHaveLength(1)
  expect(opened).toBe(1)
})

test('SH8 the tab that holds it is closed: another takes over, and all go on', async () => {
  const [holder] = holders()
  pages = pages.filter((page) => page !== holder)
  await holder?.close()
  await until('another stream', () => holders().length === 1 && opened === 2)
  await allAreTold()
})

test('SH8 a change reaches every tab by the stream alone', async () => {
  // What the polls would bring is kept from the pages: it is the stream that tells.
  await context.route('**/health', (route) => route.abort())
  await holdfast(['demo', '--scenario', 'pool-exhaustion', '--json'], place.env)
  await Promise.all(
    pages.map((page) =>
      page.getByRole('heading', { level: 1, name: /connection pool is (nearly )?full/ }).waitFor(),
    ),
  )
  expect(holders()).toHaveLength(1)
  await context.unroute('**/health')
  expect(faults).toEqual([])
})
