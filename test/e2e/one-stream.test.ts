/** SH8: twelve tabs of one browser profile on the real agent, all live, over one stream. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser, watchPage } from '../support/browser.ts'
import { holdfast } from '../support/holdfast.ts'
import { signedInState, signIn } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { startDemonstration, type RunningDemonstration } from './support/demonstration.ts'

const TABS = 12

let demonstration: RunningDemonstration
let url: string
let browser: Browser
let context: BrowserContext
let pages: Page[]
/** Of each tab, as they come. */
const faults: string[][] = []
/** The streams that the browser has asked for and that have not ended, each with its tab. */
const streams = new Map<object, Page>()
let opened = 0

beforeAll(async () => {
  ;[demonstration, browser] = await Promise.all([startDemonstration(), openBrowser()])
  ;({ url } = demonstration)
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
  await demonstration.stop()
})

/** The tabs that have a stream open: of a tab that is closed no end is told. */
const holders = () => [...streams.values()].filter((page) => !page.isClosed())

async function openTab(): Promise<Page> {
  const page = await context.newPage()
  faults.push(watchPage(page))
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
  await holdfast(['demo', '--scenario', 'pool-exhaustion', '--json'], demonstration.place.env)
  await Promise.all(
    pages.map((page) =>
      page.getByRole('heading', { level: 1, name: /connection pool is (nearly )?full/ }).waitFor(),
    ),
  )
  expect(holders()).toHaveLength(1)
  await context.unroute('**/health')
  expect(faults.flat()).toEqual([])
})

test('pool exhaustion is real: connections are checked out, requests get 503 with Retry-After, the console says so', async () => {
  const health = await until('saturation 1.0', async () => {
    const told = (await (await fetch(new URL('health', url))).json()) as {
      database_pool: { state: { checked_out: number; max_capacity: number; saturation: number } }
    }
    return told.database_pool.state.saturation === 1 && told.database_pool.state
  })
  expect(health.checked_out).toBe(health.max_capacity)
  const target = await targetOrigin()
  let report = 1000
  const refused = await until('a refused request', async () => {
    // Each time a report that no cache holds: it needs a connection.
    const answer = await fetch(`${target}/reports/${report++}`)
    return answer.status === 503 && answer
  })
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  const [page] = pages
  const saturation = page?.locator('[data-metric="pool.saturation"]').first()
  await until('pool saturation of 100 %', async () =>
    /^100\D*$/.test((await saturation?.textContent())?.trim() ?? ''),
  )
  expect(await page?.title()).toContain('Degraded')
  expect(faults.flat()).toEqual([])
})

async function targetOrigin(): Promise<string> {
  const read = await signIn(url)
  const status = (await (await read('admin/api/system-status')).json()) as {
    data: { target: { bind: string } }
  }
  return `http://${status.data.target.bind}`
}
