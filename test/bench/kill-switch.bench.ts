/**
 * The kill switch behind a real nginx, with twenty tabs of one browser (SH3): from the moment on that the file is there
 * until the last tab shows the classic page, by the agent's push, and with the event stream blocked by polling alone.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { startBehindNginx } from '../support/behind-nginx.ts'
import { Story } from './support/report.ts'
import { rounded } from './support/statistics.ts'

const TABS = 20
const PATHS = ['/', '/traffic', '/watchdog', '/audit']
const LIMIT_MS = { push: 2_000, polling: 10_000, load: 500 }

const story = await Story.open('kill-switch')
const behind = await startBehindNginx()
const file = join(behind.place.runtimeDir, 'navigation.off')
try {
  const context = await behind.newContext()
  const pages = await openTabs(context)
  report('push', await leaveMs(pages), LIMIT_MS.push)

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
  report('polling', await leaveMs(await openTabs(deaf)), LIMIT_MS.polling)
  await deaf.close()
} finally {
  await behind.close()
}
story.close()

function openTabs(context: BrowserContext): Promise<Page[]> {
  const paths = Array.from({ length: TABS }, (_, i) => PATHS[i % PATHS.length] ?? '/')
  return Promise.all(paths.map((path) => behind.open(context, path)))
}

function isOut(page: Page): Promise<void> {
  return page.getByText('Holdfast, classic page').waitFor()
}

/** Of each tab. */
async function leaveMs(pages: readonly Page[]): Promise<number[]> {
  const from = performance.now()
  writeFileSync(file, '')
  return Promise.all(
    pages.map(async (page) => {
      await isOut(page)
      return performance.now() - from
    }),
  )
}

function report(how: string, times: readonly number[], atMost: number): void {
  const figures = {
    tabs: times.length,
    first_ms: rounded(Math.min(...times)),
    last_ms: rounded(Math.max(...times)),
  }
  story.measured(`tabs out by ${how}`, figures, { last_ms: { atMost } })
}
