/** What holds on each page of the manifest, whoever looks at it: by keyboard, enlarged, in forced colours, in any time zone. */
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { openBrowser, watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'

const url = inject('calmUrl')
let browser: Browser
let session: Awaited<ReturnType<typeof signedInState>>

beforeAll(async () => {
  browser = await openBrowser()
  session = await signedInState(url)
})
afterAll(() => browser.close())

async function open(options: BrowserContextOptions): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ ...session, ...options })
  const page = await context.newPage()
  const faults = watchPage(page)
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  return { page, faults }
}

/** By the palette, as somebody without a mouse goes. */
async function goTo(page: Page, { title, path }: { title: string; path: string }): Promise<void> {
  if (new URL(page.url()).pathname === path) return
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Page or command' }).fill(title)
  await page.keyboard.press('Enter')
  await page.waitForURL((address) => address.pathname === path)
  await page.waitForFunction(
    () => document.activeElement?.tagName === 'H1' && document.querySelector('main .skeleton') === null,
  )
}

/** Asking the page after each of them would take most of the time. */
const TABS_AT_ONCE = 20

/** Pressing Tab until the page is left: which elements take the focus, and which of them do not show it. */
async function tabThrough(page: Page): Promise<{ missed: string[]; unseen: string[] }> {
  await page.evaluate(() => {
    document.body.tabIndex = -1
    document.body.focus()
    const met = new Set<Element>()
    const unseen: string[] = []
    Object.assign(globalThis, { met, unseen })
    document.addEventListener('focusin', ({ target }) => {
      if (!(target instanceof Element) || target === document.body || met.has(target)) return
      met.add(target)
      const { outlineStyle, outlineWidth } = getComputedStyle(target)
      if (outlineStyle === 'none' || parseFloat(outlineWidth) === 0)
        unseen.push(target.outerHTML.slice(0, 120))
    })
  })
  for (let seen = -1, now = 0; now > seen;) {
    seen = now
    // A field for a time has a stop for each of its parts, none of which is a new element: never as many as here.
    for (let press = 0; press < TABS_AT_ONCE; press += 1) await page.keyboard.press('Tab')
    now = await page.evaluate(() => (globalThis as unknown as { met: Set<Element> }).met.size)
  }
  const unseen = await page.evaluate(() => (globalThis as unknown as { unseen: string[] }).unseen)
  const missed = await page.evaluate(() => {
    const { met } = globalThis as unknown as { met: Set<Element> }
    const reachable = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
    // Which way of restarting is not offered stands in text beside it.
    return [...document.querySelectorAll<HTMLElement>(reachable)]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.tabIndex >= 0)
      .filter((element) => !met.has(element) && !element.matches(':disabled'))
      .map((element) => element.outerHTML.slice(0, 120))
  })
  return { missed, unseen }
}

test('SH1 every page is reached by keys alone, and so is everything on it, in sight', async () => {
  const { page, faults } = await open({ viewport: { width: 1280, height: 720 } })
  for (const entry of NAVIGATION) {
    await goTo(page, entry)
    expect({ page: entry.id, ...(await tabThrough(page)) }).toEqual({
      page: entry.id,
      missed: [],
      unseen: [],
    })
  }
  expect(faults).toEqual([])
  await page.context().close()
})

/** The others are looked at where their states are. */
const AXE_HERE = new Set<string>(['logs', 'admin'])

async function violationsOn(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))
}

test('at 200 %, in forced colours and with reduced motion: nothing for axe, nothing scrolls sideways, nothing moves', async () => {
  const { page } = await open({
    // What is left of a screen of 1280 by 720.
    viewport: { width: 640, height: 360 },
    deviceScaleFactor: 2,
    forcedColors: 'active',
    reducedMotion: 'reduce',
  })
  for (const entry of NAVIGATION) {
    await goTo(page, entry)
    const found = AXE_HERE.has(entry.id) ? await violationsOn(page) : []
    const sideways = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    const moving = await page.evaluate(
      () =>
        document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 10)
          .length,
    )
    expect({ page: entry.id, found, sideways: Math.max(0, sideways), moving }).toEqual({
      page: entry.id,
      found: [],
      sideways: 0,
      moving: 0,
    })
  }
  await page.context().close()
})

/** Summer now in the south, none at all, and half an hour of it. */
test.each(['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
  'times are those of %s, and each says its UTC by the way',
  async (timezoneId) => {
    const { page } = await open({ timezoneId, viewport: { width: 1280, height: 720 } })
    await goTo(page, { title: 'Audit', path: '/audit' })
    const cell = page.getByRole('row').locator('time').first()
    const at = new Date((await cell.getAttribute('datetime')) ?? '')
    const zone = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    const there = new Intl.DateTimeFormat('en-GB', { ...zone, timeZone: timezoneId }).format(at)
    expect(await cell.textContent()).toContain(there)
    await page.context().close()
  },
)
