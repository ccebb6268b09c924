/** The page *Logs*: the ends of all logs as one story, that somebody can stop and search. */
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import type { LogSource, LogTail } from '#domain/schemas/logs.ts'
import { logMessages as words } from '#web/messages-logs.ts'
import { pageMessages } from '#web/messages-page.ts'
import { messages } from '#web/messages.ts'
import { openConsole, type Script } from '../console.ts'
import { expectAccessible } from '../mount.ts'
import { sampleHealth } from '../sample-health.ts'
import { SAMPLE_STATUS } from '../sample-status.ts'

const HOSTILE = '<img src=x onerror="document.title=1"><b>bold</b>'

const tail = (source: LogSource, lines: readonly string[], over: Partial<LogTail> = {}): LogTail => ({
  source,
  origin: 'memory',
  lines: [...lines],
  cut: false,
  missing: null,
  ...over,
})
const said = (second: number, level: string, message: string) =>
  JSON.stringify({ time: `2026-02-08T03:14:${String(second).padStart(2, '0')}Z`, level, message })

const LOGS = {
  logs: [
    tail('agent', [said(10, 'info', 'the agent listens'), said(30, 'warning', HOSTILE)]),
    tail('watchdog', [said(20, 'error', 'the pid is of another process'), '  with a second line']),
    tail('target_errors', [], { origin: null, missing: 'the setting target.error_log names no file' }),
  ],
}

const open = (over: Partial<Script> = {}, path = '/logs') =>
  openConsole({ health: sampleHealth(), status: SAMPLE_STATUS, page: 'silent', logs: LOGS, ...over }, path)

const region = () => page.getByRole('group', { name: words.region })
const texts = (host: HTMLElement) =>
  [...host.querySelectorAll('li .text')].map(({ textContent }) => textContent)

test('all logs in the order of time; a hostile line is text; a log without lines says why', async () => {
  const { host } = await open()
  await expect.element(region()).toBeVisible()
  expect(texts(host)).toEqual([
    'the agent listens',
    'the pid is of another process',
    '  with a second line',
    HOSTILE,
  ])
  expect(host.querySelector('li img, li b')).toBeNull()
  await expect.element(page.getByText(words.missing(words.sources.target_errors))).toBeVisible()
  await expect.element(page.getByText(words.follow.following)).toBeVisible()
  await expectAccessible(host)
})

test('the filter stands in the address, and keeps what belongs together', async () => {
  const { host, router, script } = await open({}, '/logs?level=error')
  await expect.element(region()).toBeVisible()
  expect(texts(host)).toEqual(['the pid is of another process', '  with a second line'])
  await page.getByLabelText(words.filter.text).fill('SECOND')
  await expect.poll(() => texts(host)).toEqual(['  with a second line'])
  expect(router.currentRoute.value.query).toEqual({ level: 'error', text: 'SECOND' })
  await page.getByLabelText(words.filter.source).selectOptions('agent')
  await expect.element(page.getByText(words.emptyFiltered)).toBeVisible()
  await page.getByLabelText(words.filter.lines).selectOptions('500')
  await expect.poll(() => script.logsAsked?.at(-1)).toBe(500)
})

test('paused, the lines stay as they were, and it is said that newer ones have come', async () => {
  const { host, script } = await open()
  await expect.element(region()).toBeVisible()
  await page.getByRole('button', { name: words.follow.pause }).click()
  script.logs = { logs: [tail('agent', [said(40, 'info', 'something new')])] }
  await expect.element(page.getByText(words.follow.newer)).toBeVisible()
  expect(texts(host)).toContain('the agent listens')
  await expectAccessible(host)
  await page.getByRole('button', { name: words.follow.follow }).click()
  await expect.poll(() => texts(host)).toEqual(['something new'])
})

test('it follows to the end, and whoever scrolls up has paused', async () => {
  const lines = Array.from({ length: 500 }, (_, i) => said(i % 60, 'info', `line ${i}`))
  await open({ logs: { logs: [tail('agent', lines, { cut: true })] } })
  await expect.element(page.getByText(words.cut)).toBeVisible()
  const scroller = region().element()
  const left = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
  await expect.poll(left).toBeLessThan(2)
  scroller.scrollTop = 100
  await expect.element(page.getByText(words.follow.paused, { exact: true })).toBeVisible()
  expect(scroller.scrollTop).toBe(100)
  expect(scroller.querySelectorAll('li')).toHaveLength(500)
})

test.each([
  [{ code: 'role_too_low', title: 'x', detail: 'this needs an operator' }, pageMessages.forbiddenTitle],
  ['silent', pageMessages.failedTitle(messages.problems.noAnswer.title)],
] as const)('%j: says so, and shows no empty box', async (logs, title) => {
  const { host } = await open({ logs })
  await expect.element(page.getByText(title)).toBeVisible()
  expect(host.querySelector('li[data-live-row]')).toBeNull()
  await expectAccessible(host)
})

test('nothing was written yet: that is told apart from nothing found', async () => {
  await open({ logs: { logs: [tail('agent', [])] } })
  await expect.element(page.getByText(words.empty)).toBeVisible()
})
