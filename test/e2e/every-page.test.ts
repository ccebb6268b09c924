/**
 * What holds on each page of the manifest, whoever looks at it: by keyboard, enlarged, in forced colours, in any time zone.
 * What axe says of each of its states is asked where those are made (test/web/every-page.test.ts).
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { openBrowser, watchPage } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

const url = inject('calmUrl')
let browser: Browser
/** Loaded once: a page that is gone through as a person would go through it. */
let page: Page
let faults: string[]

beforeAll(async () => {
  browser = await openBrowser()
  const context = await browser.newContext({
    ...(await signedInState(url)),
    viewport: { width: 1280, height: 720 },
  })
  page = await context.newPage()
  faults = watchPage(page)
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
})
afterAll(() => browser.close())

/** By the palette, as somebody without a mouse goes. */
async function goTo({ title, path }: { title: string; path: string }): Promise<void> {
  if (new URL(page.url()).pathname === path) return
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Page or command' }).fill(title)
  await page.keyboard.press('Enter')
  await page.waitForURL((address) => address.pathname === path)
  await page.waitForFunction(
    () =>
      document.activeElement?.tagName === 'H1' &&
      document.querySelector('main :is(.skeleton, [aria-busy="true"])') === null,
  )
}

/** Asking the page after each of them would take most of the time. */
const TABS_AT_ONCE = 20

/** Pressing Tab until the page is left: which elements take the focus, and which of them do not show it. */
async function tabThrough(): Promise<{ missed: string[]; unseen: string[] }> {
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
    // Not one after the other's answer: they arrive in this order all the same.
    await Promise.all(Array.from({ length: TABS_AT_ONCE }, () => page.keyboard.down('Tab')))
    await page.keyboard.up('Tab')
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
  // The overview's last part comes when the browser is idle.
  await page.getByRole('link', { name: 'All rows of the audit' }).waitFor()
  for (const entry of NAVIGATION) {
    await goTo(entry)
    expect({ page: entry.id, ...(await tabThrough()) }).toEqual({ page: entry.id, missed: [], unseen: [] })
  }
  expect(faults).toEqual([])
})

test('at 200 %, in forced colours and with reduced motion nothing scrolls sideways, and nothing moves', async () => {
  // What is left of a screen of 1280 by 720.
  await page.setViewportSize({ width: 640, height: 360 })
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  for (const entry of NAVIGATION) {
    await goTo(entry)
    const { sideways, moving } = await page.evaluate(() => ({
      sideways: document.documentElement.scrollWidth - window.innerWidth,
      moving: document
        .getAnimations()
        .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 10).length,
    }))
    expect({ page: entry.id, sideways: Math.max(0, sideways), moving }).toEqual({
      page: entry.id,
      sideways: 0,
      moving: 0,
    })
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  await page.emulateMedia({ forcedColors: null, reducedMotion: null })
})

/** Summer now in the south, none at all, and half an hour of it. */
test.each(['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'])(
  'times are those of %s, and each says its UTC by the way',
  async (timezoneId) => {
    const session = await page.context().newCDPSession(page)
    await session.send('Emulation.setTimezoneOverride', { timezoneId })
    await goTo({ title: 'Overview', path: '/' })
    await goTo({ title: 'Audit', path: '/audit' })
    const cell = page.getByRole('row').locator('time').first()
    const at = new Date((await cell.getAttribute('datetime')) ?? '')
    const zone = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    const there = new Intl.DateTimeFormat('en-GB', { ...zone, timeZone: timezoneId }).format(at)
    await until(`the time of ${timezoneId}`, async () => (await cell.textContent())?.includes(there) === true)
    await session.detach()
  },
)
