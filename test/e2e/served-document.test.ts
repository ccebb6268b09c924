/** SH2: the first thing that a reader sees is the verdict, and the console takes over from it without a jump. */
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { buildServer } from '#agent/api/server.ts'
import { systemClock } from '#agent/system/clock.ts'
import { verdictOf } from '#domain/health/verdict.ts'
import type { Health } from '#domain/schemas/health.ts'
import { AccessGround, bareParts } from '../agent/api/agent-parts.ts'
import { openBrowser, watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'
import { sampleHealth } from '../web/sample-health.ts'

const CONSOLE = fileURLToPath(new URL('../../dist', import.meta.url))
const HOSTILE = '</script><script>document.title = "taken"</script><img src=x onerror="document.title=1">'

let browser: Browser
/** The built console on the real server, whose health a test decides. */
let ground: AccessGround
let server: FastifyInstance
let told: Health
let toldUrl: string
/** All of it, in calm. */
const url = inject('calmUrl')

beforeAll(async () => {
  ground = new AccessGround(systemClock)
  server = await buildServer({
    ...bareParts(systemClock),
    access: ground.open(),
    publicOrigins: [],
    consoleDirectory: CONSOLE,
    readHealth: () => told,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  toldUrl = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await server.close()
  ground.remove()
})

/** What was seen, frame by frame: each heading once for as long as it stood, and how far things jumped. */
interface Watched {
  headings: string[]
  shift: number
}

async function openWatched(options: BrowserContextOptions): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 }, ...options })
  const page = await context.newPage()
  const faults = watchPage(page)
  await page.addInitScript(() => {
    const watched: Watched = { headings: [], shift: 0 }
    Object.assign(globalThis, { watched })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) watched.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift', buffered: true })
    const look = () => {
      const seen = [...document.querySelectorAll('h1')].filter((heading) => heading.checkVisibility())
      const words = seen.map(({ textContent }) => textContent).join(' + ')
      if (document.querySelector('#app') !== null && watched.headings.at(-1) !== words)
        watched.headings.push(words)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  return { page, faults }
}

const watchedOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched)

test.each([360, 1280])(
  'SH2 at %i px the verdict is read before any script has run, and nothing jumps when the console takes over',
  async (width) => {
    const { page, faults } = await openWatched({
      ...(await signedInState(url)),
      viewport: { width, height: 720 },
    })
    let go = () => {}
    const held = new Promise<void>((resolve) => (go = resolve))
    await page.route('**/*.js', async (route) => {
      await held
      await route.continue()
    })
    await page.goto(url, { waitUntil: 'commit' })
    await page.getByRole('heading', { level: 1, name: 'The service is well' }).waitFor()
    await page.getByText('The watchdog looks every second and has nothing to do.').waitFor()
    expect(await page.title()).toBe('Healthy: The service is well · Holdfast')
    expect(await page.locator('#app').evaluate((app) => app.childElementCount)).toBe(0)
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id }) => id)).toEqual([])
    go()
    await page.locator('[data-live-row]').first().waitFor()
    // What comes after them has its place.
    await page.getByRole('navigation').first().waitFor()
    await page.getByRole('region', { name: 'Request rate' }).waitFor()
    const { headings, shift } = await watchedOf(page)
    expect(headings).toEqual(['The service is well', 'Overview: The service is well'])
    expect(shift).toBeLessThanOrEqual(0.005)
    expect(faults).toEqual([])
    await page.close()
  },
)

test('SH2 the console begins with the snapshot, at its true age', async () => {
  const { page } = await openWatched(await signedInState(url))
  // Nothing but the document can tell.
  await page.route('**/health', (route) => route.abort())
  await page.route('**/admin/api/stream', (route) => route.abort())
  await page.goto(url)
  await page.getByRole('heading', { level: 1, name: 'Overview: The service is well' }).waitFor()
  await page.getByRole('button', { name: /^live, \d\.\d s old/ }).waitFor()
  // It is not believed for longer than any other reading.
  await page.getByText('Last known: Healthy').waitFor()
  await page.close()
})

test('SH2 without scripts the verdict stays', async () => {
  told = sampleHealth({ status: 'degraded', degraded_reason: 'pool_saturated' })
  const verdict = verdictOf(told, { watchdogRunning: true })
  const page = await browser.newPage({ javaScriptEnabled: false })
  await page.goto(toldUrl)
  await page.getByRole('heading', { level: 1, name: verdict.headline }).waitFor()
  await page.getByText(verdict.byItself, { exact: true }).waitFor()
  await page.getByText(verdict.nextStep, { exact: true }).waitFor()
  await page.close()
})

test('SE8 a hostile reason is text before and after the take-over, and a block of data is no script', async () => {
  told = sampleHealth({ status: 'degraded', degraded_reason: HOSTILE })
  const { page, faults } = await openWatched({})
  await page.goto(toldUrl)
  await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
  const { headings } = await watchedOf(page)
  expect(headings[0]).toBe(`The target reports: ${HOSTILE}`)
  expect(await page.title()).toContain('The target reports: </script>')
  expect(await page.locator('img').count()).toBe(0)
  // Whoever signs in begins to type at once.
  expect(await page.getByLabel('Name').evaluate((field) => field === document.activeElement)).toBe(true)
  expect(faults).toEqual([])
  await page.close()
})

test('SH6 a console whose first page cannot be loaded says so, and names the classic page', async () => {
  const page = await browser.newPage(await signedInState(url))
  await page.route('**/assets/first-page-*.js', (route) => route.abort())
  await page.goto(url)
  // After it was loaded anew, once.
  await page.getByRole('heading', { level: 1, name: 'A part of the console could not be loaded.' }).waitFor()
  await page.getByRole('link', { name: 'Or go to the classic page' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/classic')
  await page.close()
})
