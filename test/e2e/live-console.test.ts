/** The whole way, nothing in between replaced: real gunicorn → statsd → agent → real browser. */
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openBrowser, watchPage } from '../support/browser.ts'
import { ADMIN, signedInState, signIn, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

const url = inject('calmUrl')
let browser: Browser
let read: Reader
/** Of one who has signed in; the tests of the sign-in itself begin without. */
let session: Awaited<ReturnType<typeof signedInState>>

beforeAll(async () => {
  browser = await openBrowser()
  read = await signIn(url)
  session = await signedInState(url)
})
afterAll(() => browser.close())

async function open(
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, ...session, ...options })
  const faults = watchPage(page)
  await page.goto(url)
  return { page, faults }
}

const figure = async (page: Page, metric: string): Promise<number> => {
  const text = (await page.locator(`[data-metric="${metric}"]`).first().textContent()) ?? ''
  return Number(text.replace(/[^\d.]/g, '') || Number.NaN)
}

test('SE2 the first minute: npm start, its sign-in link, and the overview with live numbers', async () => {
  const link = inject('calmLink')
  expect(link.startsWith(`${url}#sign-in=`)).toBe(true)
  const page = await browser.newPage()
  const faults = watchPage(page)
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await until('a request rate', async () => (await figure(page, 'request.rate')) > 0)
  // The secret is gone from the address.
  expect(page.url()).toBe(url)
  expect(faults).toEqual([])
  await page.close()
})

test('SE1 name and password lead to where one wanted to go; signing out ends it in every tab', async () => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const faults = watchPage(page)
  await page.goto(url)
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  expect(await page.locator('[data-metric]').count()).toBe(0)
  await page.getByLabel('Name').fill(ADMIN.username)
  await page.getByLabel('Password').fill('a wrong one')
  await page.keyboard.press('Enter')
  await page.getByText('Name or password is not right.').waitFor()
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.keyboard.press('Enter')
  await until('a request rate', async () => (await figure(page, 'request.rate')) > 0)
  const other = await context.newPage()
  await other.goto(url)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await other.getByText('The session has ended.').waitFor()
  expect(faults).toEqual([])
  await context.close()
})

test('the overview shows live numbers of the real service, and they go on changing', async () => {
  const { page, faults } = await open()
  const first = await until('a request rate', async () => {
    const rate = await figure(page, 'request.rate')
    return rate > 0 && rate
  })
  expect(await figure(page, 'request.p95_ms')).toBeGreaterThan(0)
  await until('another request rate', async () => (await figure(page, 'request.rate')) !== first)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('The service is well')
  expect(await page.title()).toContain('Healthy')
  expect(faults).toEqual([])
  await page.close()
})

test('FC1 the p95 shown is the one that the raw samples have', async () => {
  const { page } = await open()
  await until('figures', async () => (await figure(page, 'request.p95_ms')) > 0)
  const shownAndOwn = await until('a moment in which page and samples are of the same age', async () => {
    const shown = await figure(page, 'request.p95_ms')
    const answer = await read('admin/api/raw/requests?window_ms=300000')
    const { data } = (await answer.json()) as { data: { requests: { duration_ms: number[] } } }
    const own = quantile(data.requests.duration_ms, 0.95)
    return Math.abs(shown - own) <= Math.max(1, own * 0.05) && { shown, own }
  })
  expect(shownAndOwn.shown).toBeGreaterThan(0)
  await page.close()
})

test('it says plainly that it is a demonstration, and what is being done to the target', async () => {
  const { page } = await open()
  await page.getByText('Demonstration, not production.').waitFor()
  await page.getByText('nothing is being done to the target').waitFor()
  await page.close()
})

test.each([
  ['light', 1280],
  ['dark', 360],
] as const)(
  'the overview in %s at %i px has no accessibility violation and does not scroll sideways',
  async (scheme, width) => {
    const context = await browser.newContext({
      ...session,
      viewport: { width, height: 720 },
      colorScheme: scheme,
    })
    const page = await context.newPage()
    await page.goto(url)
    await until('figures', async () => (await figure(page, 'request.rate')) > 0)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([])
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0)
    await context.close()
  },
)

test('SH1 an address that leads nowhere is the console’s own to explain', async () => {
  const page = await browser.newPage(session)
  const faults = watchPage(page)
  await page.goto(new URL('no/such/page', url).href)
  await page.getByRole('heading', { name: 'Nothing at this address' }).waitFor()
  expect(faults).toEqual([])
  await page.close()
})

/** Type 7, spelled out here so that the test shares no code with what it checks. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * q
  const low = sorted[Math.floor(place)] ?? Number.NaN
  const high = sorted[Math.ceil(place)] ?? Number.NaN
  return low + (high - low) * (place - Math.floor(place))
}
