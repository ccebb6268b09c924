import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { verdictOf } from '#domain/health/verdict.ts'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import { messages } from '#web/messages.ts'
import { pageMessages } from '#web/messages-page.ts'
import { connectionMessages } from '#web/messages-connection.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { useSamplesStore } from '#web/stores/samples.ts'
import { EARLY } from '../api/recorded-payloads.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { NOW, rawPage } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const CALM: Script = { health: sampleHealth(), status: SAMPLE_STATUS, page: rawPage() }
const VERDICT = verdictOf(sampleHealth(), { watchdogRunning: true })
const title = () => page.getByRole('heading', { level: 1 })

function metric(host: HTMLElement, id: string) {
  return host.querySelector<HTMLDataElement>(`data[data-metric="${id}"]`)
}

test('the first screen: the verdict, what happens by itself, the next step, the figures, the policy', async () => {
  const { host } = await openConsole({ ...CALM })
  await expect.element(title()).toHaveTextContent(`Overview: ${VERDICT.headline}`)
  await expect.element(page.getByText(VERDICT.byItself, { exact: true })).toBeVisible()
  await expect.element(page.getByText(VERDICT.nextStep, { exact: true })).toBeVisible()
  await expect.poll(() => metric(host, 'request.rate')?.value).toBe('0.013')
  expect(metric(host, 'request.p95_ms')?.value).toBe('38.5')
  expect(metric(host, 'request.error_ratio')?.value).toBe('0.25')
  expect(metric(host, 'pool.saturation')?.value).toBe('0.4')
  expect(metric(host, 'probe.availability_pct')?.value).toBe('100')
  await expect.element(page.getByText('12 of 30', { exact: true })).toBeVisible()
  const policy = page.getByRole('region', { name: observeMessages.policy.heading })
  await expect.element(policy.getByText(observeMessages.policyStates.allowed)).toBeVisible()
  expect(host.querySelectorAll('[data-live-row]').length).toBeGreaterThanOrEqual(8)
  await expectAccessible(host)
})

test('the probe says how long the breaker was open', async () => {
  const { host } = await openConsole({ ...CALM })
  await expect.poll(() => metric(host, 'breaker.open_pct')?.value).toBe('5')
})

test('IN3 a block that the health answer lacks is missing with its reason, and is no zero', async () => {
  const gap = { stream: 'breaker', from: NOW - 300_000, to: NOW, reason: 'block_missing' }
  const { host } = await openConsole({
    ...CALM,
    page: rawPage({ breaker: { t: [], state: [] }, gaps: [gap] }),
  })
  const said = observeMessages.figures.breakerUnknown(observeMessages.gaps.block_missing)
  await expect.element(page.getByText(said, { exact: false })).toBeVisible()
  expect(metric(host, 'breaker.open_pct')).toBeNull()
  await expectAccessible(host)
})

test('title and icon carry the state', async () => {
  await openConsole({ ...CALM })
  await expect.poll(() => document.title).toBe(`Healthy: ${VERDICT.headline} · Holdfast`)
  const icons = [...document.querySelectorAll<HTMLLinkElement>('link[rel="icon"]')]
  expect(icons.at(-1)?.href).toContain('healthy')
})

test('SH2 when the agent falls silent everything says so, keeps its value, and recovers by itself', async () => {
  const { host, script } = await openConsole({ ...CALM })
  await expect.poll(() => metric(host, 'request.rate')?.value).toBe('0.013')
  script.health = script.status = script.page = 'silent'
  await expect.element(page.getByText('Last known: Healthy'), { timeout: 9000 }).toBeVisible()
  const rate = page.getByRole('region', { name: 'Request rate' })
  await expect.element(rate.getByText(/agent not answering/)).toBeVisible()
  expect(metric(host, 'request.rate')?.value).toBe('0.013')
  expect(document.title).toContain('The agent does not answer')
  await expectAccessible(host)
  Object.assign(script, CALM)
  document.dispatchEvent(new Event('visibilitychange'))
  await expect.element(page.getByText('Last known: Healthy')).not.toBeInTheDocument()
  await expect.element(rate.getByText(/agent not answering/)).not.toBeInTheDocument()
}, 20_000)

test('an agent that never answered: what failed, what still works, when it is asked again', async () => {
  const { host } = await openConsole({ health: 'silent', status: 'silent', page: 'silent' })
  await expect.element(title()).toHaveTextContent('Overview: The agent does not answer')
  expect(host.textContent).toContain(observeMessages.verdict.failedWorks)
  expect(host.textContent).toMatch(/next try in \d+ s/)
  await expectAccessible(host)
})

test('no traffic yet: says so and how to send it, and keeps zero apart from unknown', async () => {
  const status = { ...SAMPLE_STATUS, intake: { ...SAMPLE_STATUS.intake, samples: 0 } }
  const requests = { t: [], duration_ms: [], status: [] }
  const { host } = await openConsole({ ...CALM, status, page: rawPage({ requests }) })
  await expect.element(page.getByText(`${observeMessages.figures.noTraffic}.`)).toBeVisible()
  await expect
    .element(page.getByText(observeMessages.figures.noTrafficArgument('127.0.0.1:8125')))
    .toBeVisible()
  expect(metric(host, 'request.rate')?.value).toBe('0')
  expect(metric(host, 'request.error_ratio')?.textContent).toBe(messages.none)
  await expectAccessible(host)
})

test('BI1 a malformed stream blanks its own figure only', async () => {
  const pool = { t: [NOW], checked_out: ['x'], max_capacity: [30] }
  const { host } = await openConsole({ ...CALM, page: rawPage({ pool }) })
  await expect.element(page.getByText(/Cannot be read: frame_malformed: pool.checked_out/)).toBeVisible()
  expect(metric(host, 'request.rate')?.value).toBe('0.013')
  expect(metric(host, 'pool.saturation')?.textContent).toBe(messages.none)
  await expectAccessible(host)
})

test('BI1 a malformed policy state costs the verdict and itself; the figures go on', async () => {
  const { resilience } = sampleHealth()
  const health = {
    ...sampleHealth(),
    resilience: { ...resilience, policy_state: { ...resilience.policy_state, state: 'banana' } },
  }
  const { host } = await openConsole({ ...CALM, health })
  await expect.element(title()).toHaveTextContent(`Overview: ${messages.state.unreadable}`)
  await expect.element(page.getByText(/The policy state cannot be read/)).toBeVisible()
  await expect.poll(() => metric(host, 'request.rate')?.value).toBe('0.013')
})

test('OB1 a backend of before the policy: its verdict, and for what it does not tell a dash with the reason', async () => {
  const { host } = await openConsole({ ...CALM, health: EARLY })
  await expect
    .element(title())
    .toHaveTextContent('Overview: The target reports: Redis unavailable, L1 cache only')
  const policy = page.getByRole('region', { name: observeMessages.policy.heading })
  await expect.element(policy.getByText(observeMessages.policy.missing, { exact: true })).toBeVisible()
  expect(policy.getByText(messages.none, { exact: true }).elements()).toHaveLength(3)
  expect(host.textContent).not.toContain(observeMessages.verdict.droppedTitle)
  await expectAccessible(host)
})

test('a policy that allows what nobody is there to do does not claim self-healing', async () => {
  const { host } = await openConsole({ ...CALM, status: { ...SAMPLE_STATUS, watchdog: { running: false } } })
  const policy = page.getByRole('region', { name: observeMessages.policy.heading })
  await expect.element(policy.getByText(observeMessages.policy.unwatched, { exact: true })).toBeVisible()
  await expect
    .element(policy.getByText(observeMessages.policyStates.allowed, { exact: true }))
    .not.toBeInTheDocument()
  await expectAccessible(host)
})

test('a demonstration says plainly what it is doing, and when the next phase begins', async () => {
  const status: SystemStatus = {
    ...SAMPLE_STATUS,
    demonstration: {
      format: 'holdfast.demonstration/1',
      target_kind: 'gunicorn',
      scenario: 'tour',
      phase: { id: 'pool', sentence: 'Slow queries fill the pool.', since: 0, until: NOW + 30_000 },
    },
  }
  const { host } = await openConsole({ ...CALM, status })
  await expect.element(page.getByText(observeMessages.demonstration.heading)).toBeVisible()
  expect(host.textContent).toContain('Slow queries fill the pool.')
  expect(host.textContent).toMatch(/Next phase in (30|31) s\./)
  await expectAccessible(host)
})

test('an address that is nowhere says so; going on from there moves the focus to the heading', async () => {
  await openConsole({ ...CALM }, '/nowhere')
  await expect.element(title()).toHaveTextContent(messages.notFound.title)
  await expect.poll(() => document.title).toContain(`· ${messages.notFound.title} ·`)
  await page.getByRole('link', { name: pageMessages.notFound.back }).click()
  await expect.element(title()).toHaveFocus()
})

test('a page whose code cannot be loaded says so instead of staying blank', async () => {
  const { router } = await openConsole({ ...CALM })
  router.addRoute({
    path: '/gone',
    component: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
    meta: { title: 'Gone' },
  })
  await router.push('/gone').catch(() => {})
  await expect.element(page.getByText(messages.incomplete.title)).toBeVisible()
})

test('a worker that had to be replaced is told', async () => {
  const { host } = await openConsole({ ...CALM })
  await expect.poll(() => metric(host, 'request.rate')?.value).toBe('0.013')
  useSamplesStore().reportWorker('replaced')
  await expect.element(page.getByText(observeMessages.worker.replaced)).toBeVisible()
})

test('the first stop of the keyboard leads past the navigation', async () => {
  await openConsole({ ...CALM }, '/nowhere')
  await expect.element(title()).toBeVisible()
  await userEvent.tab()
  await expect.element(page.getByRole('link', { name: messages.skipToContent })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  await expect.element(page.getByRole('main')).toHaveFocus()
})

test('SH2 what is read, and how old it is, opens on demand', async () => {
  const { host } = await openConsole({ ...CALM })
  await page.getByRole('button', { name: /^live, / }).click()
  const details = page.getByRole('region', { name: connectionMessages.heading })
  await expect.element(details.getByText(connectionMessages.watchdogRunning)).toBeVisible()
  await expectAccessible(host)
})

test.each([360, 1280, 1920])('nothing is wider than the page at %d px', async (width) => {
  await page.viewport(width, 720)
  await openConsole({ ...CALM })
  await expect.element(title()).toHaveTextContent(`Overview: ${VERDICT.headline}`)
  expect(document.documentElement.scrollWidth).toBe(width)
})
