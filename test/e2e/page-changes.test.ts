/**
 * A page that is left holds nothing: counts of what a browser keeps until it is told otherwise are, after pages were gone round
 * again, what they were before. What that weighs is measured over hours (test/bench/web/left-open.bench.ts).
 */
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { openBrowser } from '../support/browser.ts'
import { signedInState } from '../support/signed-in.ts'

/** More of one kind after each round is a leak, whatever else comes and goes. */
const ROUNDS = 2
/** Where neither figures nor charts are shown: it needs no worker, and its rows stay as they are. */
const AT_REST = 'Navigation'

interface Kept {
  readonly workers: number
  readonly timers: number
  readonly observers: number
  readonly nodes: number
  readonly listeners: number
}

let browser: Browser
let page: Page
let devtools: CDPSession

beforeAll(async () => {
  browser = await openBrowser()
  page = await browser.newPage(await signedInState(inject('calmUrl')))
  await page.addInitScript(countWhatIsKept)
  devtools = await page.context().newCDPSession(page)
  await page.goto(inject('calmUrl'))
})
afterAll(() => browser.close())

/** Runs in the page before its scripts: how many timers wait, and how many observers look at something. */
function countWhatIsKept(): void {
  const timers = new Set<number>()
  const observers = new Set<object>()
  Object.assign(globalThis, { keptCounts: () => ({ timers: timers.size, observers: observers.size }) })

  const { setInterval: every, setTimeout: once, clearInterval: clear } = window
  const begun = (id: number) => {
    timers.add(id)
    return id
  }
  // One list of numbers serves both kinds.
  const end = (id?: number) => {
    timers.delete(id as number)
    clear(id)
  }
  Object.assign(globalThis, {
    setInterval: (act: () => void, ms?: number) => begun(every(act, ms)),
    setTimeout: (act: () => void, ms?: number) => {
      const id = begun(
        once(() => {
          timers.delete(id)
          act()
        }, ms),
      )
      return id
    },
    clearInterval: end,
    clearTimeout: end,
  })

  for (const { prototype } of [ResizeObserver, MutationObserver, IntersectionObserver]) {
    const { observe, disconnect } = prototype as unknown as Record<string, (...args: unknown[]) => void>
    Object.assign(prototype, {
      observe(...args: unknown[]) {
        observers.add(this)
        observe?.apply(this, args)
      },
      disconnect() {
        observers.delete(this)
        disconnect?.apply(this)
      },
    })
  }
}

async function goRound(): Promise<void> {
  for (const { title, path } of NAVIGATION) await goTo(title, path)
  await goTo(AT_REST, '/navigation')
}

async function goTo(title: string, path: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: title, exact: true }).click()
  await page.waitForURL(({ pathname }) => pathname === path)
  await page.waitForFunction(() => document.querySelector('main :is(.skeleton, [aria-busy="true"])') === null)
}

async function kept(): Promise<Kept> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { nodes, jsEventListeners: listeners } = await devtools.send('Memory.getDOMCounters')
  const counts = await page.evaluate(() => (globalThis as unknown as Counted).keptCounts())
  return { workers: page.workers().length, ...counts, nodes, listeners }
}

interface Counted {
  keptCounts(): Pick<Kept, 'timers' | 'observers'>
}

/** What there is more of than before. */
function grown(before: Kept, after: Kept): string[] {
  return (Object.keys(before) as (keyof Kept)[])
    .filter((kind) => after[kind] > before[kind])
    .map((kind) => `${kind}: ${before[kind]} and then ${after[kind]}`)
}

test('pages that were left hold no worker, timer, observer, listener or node', async () => {
  await goRound()
  const before = await kept()
  for (let round = 0; round < ROUNDS; round += 1) await goRound()
  // What is on its way (an answer, a beat) comes to its end; what is held does not.
  await expect.poll(async () => grown(before, await kept()), { timeout: 5000 }).toEqual([])
  expect(page.workers()).toEqual([])
})
