/**
 * What the page feels of a million requests: the console as it is built, in a real Chromium, from a real agent that has
 * read them from its disk. Beside it the same with next to none, so that what a page costs anyway is told apart.
 */
import { openBrowser } from '../../support/browser.ts'
import { run, scratch } from '../../support/holdfast.ts'
import { signedInState, withAdmin } from '../../support/signed-in.ts'
import { until } from '../../support/until.ts'
import { RawArchive } from '#agent/store/raw-archive.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { requestsOf } from '../support/requests.ts'
import { Story } from '../support/report.ts'
import { MILLION } from '../support/compute.ts'

const story = await Story.open('page')
/** Within the window that the page shows, with time left for all to start. */
const SPAN_MS = 200_000
const BLOCKS = 10

for (const requests of [1_000, MILLION]) {
  const place = scratch()
  await archive(place.stateDir, requests)
  const agent = run(['tools/holdfast.mjs', 'serve'], {
    ...withAdmin(place),
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
    HOLDFAST_STATSD_PORT: '0',
  })
  const browser = await openBrowser()
  try {
    const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
    const { url } = JSON.parse(line) as { url: string }
    const page = await browser.newPage(await signedInState(url))
    await page.addInitScript(() => {
      const found: number[] = []
      Object.assign(globalThis, { longTasks: found })
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) found.push(duration)
      }).observe({ type: 'longtask', buffered: true })
    })
    await page.goto(url)
    const shown = page.getByText(requests.toLocaleString('en'), { exact: true }).first()
    const from = performance.now()
    await shown.waitFor({ timeout: 60_000 })
    const shownMs = performance.now() - from
    // Some polls more: a window that is held must cost no more than one that is loaded.
    await page.waitForTimeout(5_000)
    const tasks = await page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks)
    const figures = {
      longest_task_ms: Math.round(Math.max(0, ...tasks)),
      tasks_over_50_ms: tasks.length,
      shown_after_ms: Math.round(shownMs),
    }
    const limits = requests === MILLION ? { longest_task_ms: { atMost: 50 } } : {}
    story.measured(`the page with ${requests} requests in its window`, figures, limits)
  } finally {
    await browser.close()
    agent.process.kill('SIGTERM')
    await agent.ended
    place.remove()
  }
}
story.close()

async function archive(stateDir: string, count: number): Promise<void> {
  const now = Date.now()
  const from = now - SPAN_MS
  const { t, durationMs, status } = requestsOf({ count, perMs: count / SPAN_MS, seed: 1, from })
  const noRestarts = () => ({ t_requested: [], t_completed: [], success: [] })
  const store = new RawStore({ epoch: '0000abcd', startedAt: from, readRestarts: noRestarts })
  t.forEach((at, row) => store.addRequest(at, durationMs[row] ?? 0, status[row] ?? 0))
  const onDisk = new RawArchive(stateDir)
  for (let block = 0; block < BLOCKS; block += 1) {
    const start = from + (block * SPAN_MS) / BLOCKS
    await onDisk.write(store.between(start, start + SPAN_MS / BLOCKS))
  }
}
