/** The last hour on the overview: one axis, what changed, and what becomes of either where it cannot be read. */
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { AuditRecord } from '#domain/audit/record.ts'
import { hourMessages } from '#web/messages-hour.ts'
import { observeMessages } from '#web/messages-observe.ts'
import { messages } from '#web/messages.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { NOW, rawPage } from '../raw-page.ts'
import { auditRow } from '../sample-audit.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const { timeline, changes: words } = hourMessages
const MINUTE = 60_000
const SECOND = 1000

/** Ten minutes of samples, one per second: good, then a full pool and a degraded target for four minutes, then good. */
function incident() {
  const t = Array.from({ length: 600 }, (_, i) => NOW - 10 * MINUTE + i * SECOND)
  const isBad = (at: number) => at >= NOW - 8 * MINUTE && at < NOW - 4 * MINUTE
  return rawPage({
    window: { from: NOW - 60 * MINUTE, to: NOW },
    pool: { t, checked_out: t.map((at) => (isBad(at) ? 30 : 3)), max_capacity: t.map(() => 30) },
    probe: {
      t,
      ok: t.map(() => true),
      latency_ms: t.map(() => 4),
      reason: t.map((at) => (isBad(at) ? 'pool' : null)),
    },
    breaker: { t: [NOW - 10 * MINUTE, NOW - 7 * MINUTE], state: ['CLOSED', 'OPEN'] },
    restarts: { t_requested: [NOW - 6 * MINUTE], t_completed: [NOW - 5.9 * MINUTE], success: [true] },
    gaps: ['pool', 'probe', 'breaker'].map(unwatched),
  })
}

const unwatched = (stream: string) => ({
  stream,
  from: NOW - 60 * MINUTE,
  to: NOW - 10 * MINUTE,
  reason: 'before_agent_start',
})

const row = (changes: Partial<AuditRecord>) =>
  auditRow({ time: new Date(NOW - 6 * MINUTE).toISOString(), ...changes })
const RELOAD = row({ id: 'w.1', action: 'outcome', actor: 'watchdog', reason: 'verified', success: true })
const PAUSED = row({ id: 'a.2', action: 'paused', actor: 'user:ops', reason: 'deploy' })
const REFUSED = row({ id: 'w.3', action: 'request_refused', actor: 'watchdog' })

const open = (script: Partial<Script> = {}) =>
  openConsole({
    health: sampleHealth(),
    status: SAMPLE_STATUS,
    page: incident(),
    audit: { rows: [REFUSED, PAUSED, RELOAD], next: null },
    ...script,
  })
const axis = () => page.getByRole('region', { name: timeline.heading, exact: true })
const list = () => page.getByRole('region', { name: words.heading, exact: true })
const slider = () => page.getByRole('slider', { name: timeline.moment })

test('pool, probe, breaker and events stand on one axis; a slider reads any moment of it by key', async () => {
  const { host } = await open()
  await expect.element(slider()).toBeVisible()
  const newest = await slider().element().getAttribute('aria-valuetext')
  expect(newest).toContain([timeline.pool('10 %'), timeline.probe.ok, timeline.breaker.OPEN].join(', '))
  for (const name of [/^Pool saturation over/, /^Probes over/, /^Breaker over/, timeline.eventsLane(3)])
    await expect.element(axis().getByRole('img', { name })).toBeVisible()
  ;(slider().element() as HTMLElement).focus()
  // Back into the four bad minutes: the restart of six minutes ago.
  await userEvent.keyboard('{ArrowLeft>12/}')
  const then = timeline.pool('100 %')
  await expect.element(slider()).toHaveAttribute('aria-valuetext', expect.stringContaining(then))
  await expect.element(axis().getByText(new RegExp(`${then}, ${timeline.probe.degraded}`))).toBeVisible()
  await expectAccessible(host.querySelector('.hour') ?? host)
})

test('IN3 where nothing was watched is told, and drawn as a hole', async () => {
  const { host } = await open()
  await expect.element(axis().getByText(new RegExp(observeMessages.gaps.before_agent_start))).toBeVisible()
  expect(host.querySelectorAll('.hole')).toHaveLength(1)
})

test('IN3 a lane alone without samples is named, and no hole in the others', async () => {
  const gap = { stream: 'breaker', from: NOW - 60 * MINUTE, to: NOW, reason: 'block_missing' }
  const { host } = await open({
    page: { ...incident(), breaker: { t: [], state: [] }, gaps: [...['pool', 'probe'].map(unwatched), gap] },
  })
  const said = timeline.noneOf(timeline.streams.breaker)
  await expect.element(axis().getByText(said, { exact: false })).toBeVisible()
  const hole = host.querySelector<HTMLElement>('.hole')
  expect(parseFloat(hole?.style.width ?? '')).toBeLessThan(90)
})

test('the table holds the same', async () => {
  const { host } = await open()
  await axis().getByRole('button', { name: timeline.asTable }).click()
  const rows = () => [...host.querySelectorAll('tbody tr')]
  await expect.poll(() => rows().length).toBe(120)
  const full = rows().filter(({ textContent }) => textContent.includes(timeline.pool('100 %')))
  // Four minutes, and one more where they begin inside a half minute.
  expect([8, 9]).toContain(full.length)
  await expectAccessible(host.querySelector('.hour') ?? host)
})

test('what changed is one story, newest first: samples and audit; what was only asked or refused is none', async () => {
  const { host } = await open()
  const items = () =>
    list()
      .getByRole('listitem')
      .elements()
      .map((item) => item.querySelector('.what')?.firstChild?.textContent?.trim())
  await expect.poll(() => items().length).toBe(6)
  await list()
    .getByRole('button', { name: words.more(1) })
    .click()
  expect(items()).toEqual([
    words.pool.free('90'),
    words.probe.ok,
    'Automatic restarts paused',
    'Restart ended',
    words.breaker.OPEN,
    words.pool.full('90'),
    words.probe.degraded,
  ])
  await expectAccessible(host.querySelector('.hour') ?? host)
})

test('an audit that is not read leaves the axis, and what the samples show of changes', async () => {
  const { host } = await open({ audit: 'silent' })
  await expect.element(slider()).toBeVisible()
  await expect.element(list().getByText(messages.problems.noAnswer.title, { exact: false })).toBeVisible()
  await expect.element(list().getByText(/What people and the watchdog did is not in it/)).toBeVisible()
  await expect.element(list().getByText(words.breaker.OPEN)).toBeVisible()
  await expectAccessible(host.querySelector('.hour') ?? host)
})

test('samples that are not read leave what the audit tells, and say what is missing of it', async () => {
  const { host } = await open({ page: 'silent' })
  await expect.element(list().getByText('Automatic restarts paused', { exact: false })).toBeVisible()
  await expect.element(list().getByText(words.noSamples, { exact: false })).toBeVisible()
  await expect.element(axis().getByText(messages.problems.noAnswer.title, { exact: false })).toBeVisible()
  await expectAccessible(host.querySelector('.hour') ?? host)
})

test('an hour without a change says that it is so only of what was watched', async () => {
  const { host } = await open({
    page: rawPage({ breaker: { t: [], state: [] }, restarts: undefined }),
    audit: { rows: [], next: null },
  })
  await expect.element(list().getByText(words.empty)).toBeVisible()
  await expectAccessible(host.querySelector('.hour') ?? host)
})
