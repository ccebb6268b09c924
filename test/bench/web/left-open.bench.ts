/**
 * What a console holds that is left open, in real Chromium: after fifty changes of the page, and after eight hours of live
 * data. The hours are compressed: agent and page have clocks that the bench moves on together, a few seconds at a time, with the
 * samples of these seconds in the agent's store; the page polls, computes and draws as it always does.
 */
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { NAVIGATION } from '#domain/navigation/manifest.ts'
import { ManualClock } from '../../agent/manual-clock.ts'
import {
  answered,
  PASSWORD,
  startWholeAgent,
  TARGET_HEALTH,
  type WholeAgent,
} from '../../agent/api/whole-agent.ts'
import { startDemonstration } from '../../e2e/support/demonstration.ts'
import { openBrowser } from '../../support/browser.ts'
import { ROOT } from '../../support/holdfast.ts'
import { signedInState } from '../../support/signed-in.ts'
import { Story } from '../support/report.ts'
import { rounded } from '../support/statistics.ts'

const PAGE_CHANGES = 50
const WARM_UP = 5
const HOURS = 8
const STEP_S = 10
const HOUR_STEPS = 3600 / STEP_S
const PER_SECOND = 30
const FLAT = 1.1
const MIB = 1024 * 1024

interface Held {
  readonly heapMib: number
  readonly nodes: number
  readonly listeners: number
}

const story = await Story.open('web-left-open')
const browser = await openBrowser()
try {
  await pageChanges()
  await hours()
} finally {
  await browser.close()
}
story.close()

async function pageChanges(): Promise<void> {
  const demonstration = await startDemonstration()
  try {
    const page = await browser.newPage(await signedInState(demonstration.url))
    const devtools = await page.context().newCDPSession(page)
    await page.goto(demonstration.url)
    // All parts are loaded, and the engine has compiled what it finds worth it: that grows with use, up to its end.
    for (let change = 0; change < WARM_UP * NAVIGATION.length; change += 1) await goOn(page, change)
    await goOn(page, 0)
    const before = await held(devtools)
    for (let change = 1; change <= PAGE_CHANGES; change += 1) await goOn(page, change)
    await goOn(page, 0)
    const after = await held(devtools)
    report(`${PAGE_CHANGES} changes of the page`, before, after)
    await page.close()
  } finally {
    await demonstration.stop()
  }
}

async function goOn(page: Page, change: number): Promise<void> {
  const { title, path } = NAVIGATION[change % NAVIGATION.length] ?? NAVIGATION[0]
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: title, exact: true }).click()
  await page.waitForURL((url) => url.pathname === path)
  await page.waitForFunction(() => document.querySelector('main .skeleton') === null)
}

async function hours(): Promise<void> {
  const clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000)
  const agent = await startWholeAgent({ clock, consoleDirectory: join(ROOT, 'dist') })
  try {
    const url = `http://127.0.0.1:${agent.port}/`
    const page = await browser.newPage(await signedInState(url, { username: 'admin', password: PASSWORD }))
    // It would be heard by the system's clock.
    await page.route('**/admin/api/stream', (route) => route.abort())
    await page.clock.install({ time: clock.wallNow() })
    await page.goto(url)
    await page.clock.pauseAt(clock.wallNow() + 1000)
    clock.pass(1000)
    let polls = 0
    page.on('request', (request) => {
      if (request.url().includes('/admin/api/raw/')) polls += 1
    })
    const devtools = await page.context().newCDPSession(page)
    const seen: Held[] = []
    for (let hour = 0; hour < HOURS; hour += 1) {
      for (let step = 0; step < HOUR_STEPS; step += 1) await pass(page, agent, clock)
      seen.push(await held(devtools))
    }
    const [first, last] = [seen[0] as Held, seen.at(-1) as Held]
    report(`${HOURS} hours of live data, from the first hour on`, first, last, {
      requests_in_all: HOURS * 3600 * PER_SECOND,
      polls_of_raw_data: polls,
      heap_by_hour_mib: seen.map(({ heapMib }) => String(rounded(heapMib))),
    })
    await page.close()
  } finally {
    await agent.stop()
  }
}

async function pass(page: Page, agent: WholeAgent, clock: ManualClock): Promise<void> {
  const { store } = agent
  for (let second = 0; second < STEP_S; second += 1) {
    const from = clock.wallNow()
    for (let i = 0; i < PER_SECOND; i += 1) {
      store.addRequest(from + (i * 1000) / PER_SECOND, 5 + ((i * 7919) % 40), i === 7 ? 503 : 200)
    }
    clock.pass(1000)
    const now = clock.wallNow()
    store.addPool(now, (now / 1000) % 20, 20)
    store.addBreakerState(now, (now / 60_000) % 2 < 1 ? 'CLOSED' : 'HALF_OPEN')
    store.addCache(now, { l1Hits: now / 1000, l2Hits: 0, misses: 1 })
    store.addProcesses(now, [{ pid: 4242, rssBytes: 50_000_000 + (now % 1000) }])
    store.addProbe(now, { ok: true, latencyMs: 4, reason: 'answered' })
  }
  agent.outcome = answered(clock.wallNow(), { ...TARGET_HEALTH, status: 'healthy', degraded_reason: null })
  await page.clock.runFor(STEP_S * 1000)
}

async function held(devtools: CDPSession): Promise<Held> {
  for (let times = 0; times < 3; times += 1) await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = await devtools.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters')
  return { heapMib: usedSize / MIB, nodes, listeners: jsEventListeners }
}

function report(
  what: string,
  before: Held,
  after: Held,
  more: Readonly<Record<string, number | string[]>> = {},
): void {
  const figures = {
    heap_mib: rounded(after.heapMib),
    times_heap: rounded(after.heapMib / before.heapMib),
    nodes: after.nodes,
    times_nodes: rounded(after.nodes / before.nodes),
    listeners: after.listeners,
    times_listeners: rounded(after.listeners / before.listeners),
    ...more,
  }
  story.measured(what, figures, {
    times_heap: { atMost: FLAT },
    times_nodes: { atMost: FLAT },
    times_listeners: { atMost: FLAT },
  })
}
