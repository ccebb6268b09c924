/**
 * The kill switch behind a real nginx, with twenty tabs of one browser (SH3): from the moment on that the file is there
 * until the last tab has painted the classic page, by the agent's push, and with the event stream blocked by polling alone.
 * Each tab tells by its own clock when it heard, and when it had painted: somebody who watches twenty tabs is busier than they are.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { BrowserContext, Page } from 'playwright-core'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import { startBehindNginx } from '../support/behind-nginx.ts'
import { until } from '../support/until.ts'
import { Story } from './support/report.ts'
import { rounded } from './support/statistics.ts'

const TABS = 20
const PATHS = ['/', '/traffic', '/watchdog', '/audit']
/** Twenty tabs that begin at the same moment are at work for seconds: those of an incident have been open for a while. */
const SETTLED_MS = 5_000
const LIMIT_MS = { push: 2_000, polling: 10_000, load: 500 }

const story = await Story.open('kill-switch')
const behind = await startBehindNginx()
const file = join(behind.place.runtimeDir, 'navigation.off')
try {
  const context = await behind.newContext()
  await openTabs(context)
  report('push', await leaveMs(context), LIMIT_MS.push)

  const from = performance.now()
  const late = await context.newPage()
  await late.goto(`${behind.front}/audit`)
  await isOut(late)
  const load_ms = rounded(performance.now() - from)
  story.measured('a new load while it is engaged', { load_ms }, { load_ms: { atMost: LIMIT_MS.load } })
  rmSync(file)
  await context.close()

  const deaf = await behind.newContext()
  await deaf.route('**/admin/api/stream', (route) => route.abort())
  await openTabs(deaf)
  report('polling', await leaveMs(deaf), LIMIT_MS.polling)
  rmSync(file)
  await deaf.close()
} finally {
  await behind.close()
}
story.close()

async function openTabs(context: BrowserContext): Promise<void> {
  const paths = Array.from({ length: TABS }, (_, i) => PATHS[i % PATHS.length] ?? '/')
  await Promise.all(paths.map((path) => behind.open(context, path)))
  await pause(SETTLED_MS)
}

function isOut(page: Page): Promise<void> {
  return page.getByText('Holdfast, classic page').waitFor()
}

interface Leaving {
  readonly heard: number
  readonly painted: number
}

/** Of each tab, from the file on. */
async function leaveMs(context: BrowserContext): Promise<Leaving[]> {
  const from = Date.now()
  writeFileSync(file, '')
  await until('all have said that they leave', async () => (await obeyed(context)) === TABS, 30_000)
  return Promise.all(
    context.pages().map(async (page) => {
      await isOut(page)
      const [heardAt, paintedAt] = [await leftAt(page), await paintedAtOf(page)]
      return { heard: heardAt - from, painted: paintedAt - from }
    }),
  )
}

async function obeyed(context: BrowserContext): Promise<number> {
  const answer = await context.request.get(`${behind.front}/admin/api/navigation`)
  const { data } = (await answer.json()) as { data: NavigationReport }
  return data.proof.round?.signed_in.obeyed ?? 0
}

function leftAt(page: Page): Promise<number> {
  return page.evaluate(() => Number(sessionStorage.getItem('holdfast:left')))
}

/** By the clock on the wall. */
async function paintedAtOf(page: Page): Promise<number> {
  const paint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null
  const afterMs = await until('it has painted', () => page.evaluate(paint).then((ms) => ms ?? undefined))
  return (await page.evaluate(() => performance.timeOrigin)) + afterMs
}

function report(how: string, tabs: readonly Leaving[], atMost: number): void {
  const painted = tabs.map((tab) => tab.painted)
  const figures = {
    tabs: tabs.length,
    last_heard_ms: rounded(Math.max(...tabs.map(({ heard }) => heard))),
    first_ms: rounded(Math.min(...painted)),
    last_ms: rounded(Math.max(...painted)),
  }
  story.measured(`tabs out by ${how}`, figures, { tabs: { exactly: TABS }, last_ms: { atMost } })
}
