import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { chartMessages as words } from '#web/messages-charts.ts'
import { pageMessages } from '#web/messages-page.ts'
import { messages } from '#web/messages.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { NOW, rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }

function metric(host: HTMLElement, id: string) {
  return host.querySelector<HTMLDataElement>(`data[data-metric="${id}"]`)
}

/** Somewhere among other words. */
const says = (text: string) => page.getByText(text, { exact: false })
const chart = (name: string) => page.getByRole('region', { name: words.chart.region(name), exact: true })

test('Traffic & latency: its figures, and a chart for rate, latency and errors', async () => {
  const { host } = await openConsole({ ...CALM }, '/traffic')
  await expect.element(page.getByRole('heading', { level: 1 })).toHaveTextContent('Traffic & latency')
  await expect.poll(() => metric(host, 'request.p95_ms')?.value).toBe('38.5')
  expect(metric(host, 'request.error_ratio')?.value).toBe('0.25')
  for (const name of [words.traffic.rate, words.traffic.latency, words.traffic.errors]) {
    await expect.element(chart(name)).toBeVisible()
  }
  await expect.element(says(words.marks.breaker.OPEN)).toBeVisible()
  await expect.element(says(words.marks.restart)).toBeVisible()
  await expectAccessible(host)
})

test('Pool & breaker: saturation, breaches, and the breaker’s states in words', async () => {
  const { host } = await openConsole({ ...CALM }, '/pool')
  await expect.poll(() => metric(host, 'pool.saturation')?.value).toBe('0.4')
  expect(metric(host, 'breaker.open_pct')?.value).toBe('5')
  await chart(words.pool.breaker).getByRole('button', { name: words.chart.asTable }).click()
  const table = page.getByRole('table', { name: words.chart.table(words.pool.breaker) })
  await expect.element(table.getByText(words.pool.levels.OPEN).first()).toBeVisible()
  await expectAccessible(host)
})

test('Cache & memory: each worker with its memory, its growth and its time to the limit', async () => {
  const { host } = await openConsole({ ...CALM }, '/memory')
  await expect.poll(() => metric(host, 'cache.l1_hit_rate')?.value).toBe('0.6')
  const row = page.getByRole('row', { name: /^22 / })
  await expect.element(row.getByText('58.2', { exact: false })).toBeVisible()
  const young = page.getByRole('row', { name: /^23 / })
  await expect.element(young.getByText(words.memory.tooFew)).toBeVisible()
  await expectAccessible(host)
})

test('the window stands in the address, a link leads there, and back is back', async () => {
  const { router } = await openConsole({ ...CALM }, '/traffic?window=15m')
  const choice = (name: string) => page.getByRole('link', { name, exact: true })
  await expect.element(choice('15 min')).toHaveAttribute('aria-current', 'true')
  await expect.element(page.getByText(words.window.last('15 min'))).toBeVisible()
  await choice('1 h').click()
  await expect.poll(() => router.currentRoute.value.fullPath).toBe('/traffic?window=1h')
  await expect.element(chart(words.traffic.latency)).toBeVisible()
  router.back()
  await expect.element(choice('15 min')).toHaveAttribute('aria-current', 'true')
  await router.push('/traffic?window=for-ever')
  await expect.element(choice('5 min')).toHaveAttribute('aria-current', 'true')
})

test('no request yet: what to start gunicorn with; a quiet window is told apart from that', async () => {
  const none = rawPage({ requests: { t: [], duration_ms: [], status: [] } })
  const never: Script = {
    ...CALM,
    page: none,
    status: { ...SAMPLE_STATUS, intake: { ...SAMPLE_STATUS.intake, samples: 0 } },
  }
  const { host } = await openConsole(never, '/traffic')
  await expect.element(page.getByText('--statsd-host 127.0.0.1:8125')).toBeVisible()
  await expectAccessible(host)
  await openConsole({ ...CALM, page: none }, '/traffic')
  await expect.element(page.getByText(words.traffic.quietTitle('5 min'))).toBeVisible()
})

const gap = (stream: string, reason: string) => ({ stream, from: NOW - 300_000, to: NOW, reason })

test('IN3 a health answer without the blocks: which block is missing, on the page that would show it', async () => {
  const gaps = [gap('pool', 'block_missing'), gap('breaker', 'block_missing'), gap('cache', 'block_missing')]
  const lacking = rawPage({
    pool: { t: [], checked_out: [], max_capacity: [] },
    breaker: { t: [], state: [] },
    cache: { t: [], l1_hits: [], l2_hits: [], misses: [] },
    gaps,
  })
  const { host, router } = await openConsole({ ...CALM, page: lacking }, '/pool')
  await expect.element(page.getByText('database_pool')).toBeVisible()
  await expect.element(page.getByText('circuit_breaker')).toBeVisible()
  await expectAccessible(host)
  await router.push('/memory')
  await expect.element(page.getByText('route_cache')).toBeVisible()
})

test('IN3 a target that is silent for a while is told apart from one that never tells', async () => {
  const silent = rawPage({ gaps: [gap('pool', 'target_timeout')] })
  await openConsole({ ...CALM, page: silent }, '/pool')
  await expect.element(says(words.missing.mends)).toBeVisible()
  await expect.element(page.getByText('database_pool')).not.toBeInTheDocument()
})

test('no reading of the processes: where they are looked for', async () => {
  const none = rawPage({ process: { t: [], pid: [], rss_bytes: [] }, gaps: [gap('process', 'no_master')] })
  const { host } = await openConsole({ ...CALM, page: none }, '/memory')
  await expect.element(page.getByText(words.memory.noProcess)).toBeVisible()
  await expect.element(says(words.memory.noProcessHelp)).toBeVisible()
  await expectAccessible(host)
})

test('BI1 a malformed stream takes its own figures only', async () => {
  const { host } = await openConsole(
    { ...CALM, page: rawPage({ pool: { t: [NOW - 1000], checked_out: ['many'], max_capacity: [30] } }) },
    '/pool',
  )
  await expect.element(page.getByText(/^Cannot be read: .*pool\.checked_out/).first()).toBeVisible()
  await expect.poll(() => metric(host, 'breaker.open_pct')?.value).toBe('5')
})

test('an agent that never answered says what failed and when it is asked again; no empty chart stands there', async () => {
  const { host } = await openConsole({ health: 'silent', status: 'silent', page: 'silent' }, '/traffic')
  const failed = pageMessages.failedTitle(messages.problems.noAnswer.title)
  await expect.element(page.getByText(failed, { exact: true })).toBeVisible()
  expect(host.querySelector('canvas')).toBeNull()
  await expectAccessible(host)
})

test('SH2 when the agent falls silent the charts stay, look stale and say so', async () => {
  const { host, script } = await openConsole({ ...CALM }, '/traffic')
  await expect.element(chart(words.traffic.latency)).toBeVisible()
  script.page = 'silent'
  await expect
    .element(page.getByText(pageMessages.staleTitle, { exact: true }), { timeout: 9000 })
    .toBeVisible()
  expect(chart(words.traffic.latency).element().className).toContain('stale')
  await expectAccessible(host)
}, 20_000)
