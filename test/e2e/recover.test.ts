/** A person restarts the real service: real page → agent → flag → watchdog → SIGHUP → new workers → the page again. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SystemStatus } from '#domain/schemas/admin-api.ts'
import type { RollbackReport } from '#domain/schemas/rollback-report.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { commandsIn } from '../gates/doc-checks.ts'
import { CutoverGround } from '../agent/release/cutover-ground.ts'
import { freePort } from '../integration/support/demo.ts'
import { openBrowser, watchPage } from '../support/browser.ts'
import { AGENT_PROGRAM, holdfast, ROOT, run } from '../support/holdfast.ts'
import { ADMIN, signedInState, signIn, type Reader } from '../support/signed-in.ts'
import { until } from '../support/until.ts'
import { startDemonstration, type RunningDemonstration } from './support/demonstration.ts'

const VIEWER = { username: 'kim', password: 'may look, may not act' }

let demonstration: RunningDemonstration
let url: string
let browser: Browser
let read: Reader
let session: Awaited<ReturnType<typeof signedInState>>

beforeAll(async () => {
  // An agent that is started again has to be found where it was.
  const HOLDFAST_PORT = String(await freePort())
  const env = { HOLDFAST_PORT, WORKER_RESTART_COOLDOWN: '1', WORKER_RESTART_CHURN_THRESHOLD: '2' }
  ;[demonstration, browser] = await Promise.all([startDemonstration(env), openBrowser()])
  ;({ url } = demonstration)
  read = await signIn(url)
  session = await signedInState(url)
})
afterAll(async () => {
  await browser.close()
  await demonstration.stop()
})

async function open(path: string): Promise<{ context: BrowserContext; page: Page; faults: string[] }> {
  const context = await browser.newContext({ ...session, viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  const faults = watchPage(page)
  await page.goto(new URL(path, url).href)
  return { context, page, faults }
}

async function data<T>(path: string): Promise<T> {
  return ((await (await read(path)).json()) as { data: T }).data
}

const workerStatus = () => data<WorkerStatus>('admin/api/worker/status')
const attempts = async () => (await workerStatus()).restart_history.filter(({ kind }) => kind === 'attempt')

/** By the kernel's own word. */
async function workerPids(): Promise<string[]> {
  const { target } = await data<SystemStatus>('admin/api/system-status')
  const children = `/proc/${target.master_pid}/task/${target.master_pid}/children`
  return (await readFile(children, 'utf8')).trim().split(' ')
}

const reload = (page: Page) => page.getByRole('button', { name: /^Reload \d workers$/ })
const canBePressed = (page: Page) =>
  until('a restart may be asked for', async () => {
    return (await reload(page).getAttribute('aria-disabled')) === 'false'
  })
const verified = (page: Page) => page.getByText(/^Recovery verified [\d.]+ s after the request\./).waitFor()

/** By the kernel's own word: whoever starts it again. */
async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s+(\d+)$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1])
}

/** The words of the header's connection from the first that is not live on. */
function noteConnection(page: Page): Promise<void> {
  return page.evaluate(() => {
    const noted: string[] = []
    Object.assign(globalThis, { noted })
    new MutationObserver(() => {
      const words = [...document.querySelectorAll('header button')].map(({ textContent }) =>
        textContent.trim(),
      )
      noted.push(...words.filter((text) => text.startsWith('stale')))
    }).observe(document, { childList: true, subtree: true, characterData: true })
  })
}

/** What was sent to change something. */
function changesOf(page: Page): string[] {
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.headers()['idempotency-key'] ?? '')
  })
  return sent
}

async function signInBy(page: Page, { username, password }: typeof VIEWER): Promise<void> {
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
}

test('WD10 a plain restart takes one click, and is followed until new workers answer', async () => {
  const { context, page, faults } = await open('restart')
  await page.getByText('A restart would go ahead now.').waitFor()
  const before = await workerPids()
  await reload(page).click()
  await verified(page)
  expect(await page.getByRole('listitem').filter({ hasText: 'Healthy' }).textContent()).toMatch(
    /after [\d.]+ s/,
  )
  const after = await workerPids()
  expect(after).toHaveLength(before.length)
  expect(after.filter((pid) => before.includes(pid))).toEqual([])
  expect(await attempts()).toMatchObject([{ requested_by: 'user:admin', success: true }])
  expect(faults).toEqual([])
  await context.close()
})

test('WD17 a double click is one request and one restart', async () => {
  const { context, page } = await open('restart')
  const sent = changesOf(page)
  await canBePressed(page)
  await reload(page).dblclick()
  await verified(page)
  expect(sent).toHaveLength(1)
  expect(sent[0]).toMatch(/^[0-9a-f]{32}$/)
  const made = await attempts()
  expect(made).toHaveLength(2)
  expect(made.at(-1)?.request_id).toBe(sent[0])
  await context.close()
})

test('SE1 a viewer sees that it is guarded, and why nothing can be done with this role', async () => {
  const add = [join(ROOT, 'tools/holdfast.mjs'), 'user', 'add', VIEWER.username, '--role', 'viewer']
  const env = { ...process.env, ...demonstration.place.env }
  const added = spawnSync(process.execPath, add, { env, input: `${VIEWER.password}\n`, encoding: 'utf8' })
  expect(added.status, added.stderr).toBe(0)
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(new URL('restart', url).href)
  await signInBy(page, VIEWER)
  await page.getByText('Guarded: needs you').waitFor()
  await page.getByText('A viewer may look. An operator may act.').waitFor()
  const sent = changesOf(page)
  await reload(page).click({ force: true })
  expect(await page.getByRole('button', { name: 'Override…' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Watchdog' }).click()
  const release = page.getByRole('button', { name: 'Release the guard' })
  await release.click({ force: true })
  expect(sent).toEqual([])
  expect(await attempts()).toHaveLength(2)
  await context.close()
})

test('WD12 guarded: an override with its reason and the name typed out passes once, and leaves the guard', async () => {
  const { context, page, faults } = await open('restart')
  await page.getByText('A restart would be refused now.').waitFor()
  await page.getByRole('button', { name: 'Override…' }).click()
  await page.getByLabel('Why now').fill('the pool is stuck')
  const override = page.getByRole('button', { name: /^Override and reload/ })
  expect(await override.getAttribute('aria-disabled')).toBe('true')
  // Nothing is lost where the session ends in the middle of it.
  await context.clearCookies()
  await page.getByText('The session has ended.').waitFor()
  await signInBy(page, ADMIN)
  expect(await page.getByLabel('Why now').inputValue()).toBe('the pool is stuck')
  await page.getByLabel(/^Type demonstration/).fill('demonstration')
  await override.click()
  await verified(page)
  const { guard, restart_history: history } = await workerStatus()
  expect(guard.latched).toBe(true)
  expect(history.at(-1)).toMatchObject({
    manual_override: true,
    override_reason: 'the pool is stuck',
    success: true,
  })
  expect(faults).toEqual([])
  await context.close()
})

/** The pages are made of the same parts: each colours and each width is looked at with some of them. */
const LOOKS = [
  ['watchdog', 'dark', 360],
  ['restart', 'light', 1280],
  ['audit', 'dark', 1280],
] as const

test.each(LOOKS)(
  'guarded, %s in %s at %i px has no accessibility violation and does not scroll sideways',
  async (path, colorScheme, width) => {
    const context = await browser.newContext({ ...session, colorScheme, viewport: { width, height: 720 } })
    const page = await context.newPage()
    await page.goto(new URL(path, url).href)
    await page
      .getByText(path === 'audit' ? 'guard latched' : 'Guarded: needs you')
      .last()
      .waitFor()
    if (path === 'restart') await page.getByRole('button', { name: 'Override…' }).click()
    if (path === 'audit') await page.getByRole('button', { name: /^Details of “guard latched”/ }).click()
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }))).toEqual([])
    const sideways = () => document.documentElement.scrollWidth - window.innerWidth
    expect(await page.evaluate(sideways)).toBeLessThanOrEqual(0)
    await context.close()
  },
)

test('WD4 an operator releases the guard with a reason, and the page shows it', async () => {
  const { context, page, faults } = await open('watchdog')
  await page.getByLabel('Reason').first().fill('the pool is mended')
  await page.getByRole('button', { name: 'Release the guard' }).click()
  await page.getByText('Recorded, by user:admin.').waitFor()
  await page.getByText('Open: there is nothing to release.').waitFor()
  await page.getByText('before the release, not counted').waitFor()
  expect((await workerStatus()).policy_state).toMatchObject({ attempts_in_window: 0 })
  expect(faults).toEqual([])
  await context.close()
})

test('AU3 the audit tells of it by the same words, gives it out as a file, and its chains hold', async () => {
  const { context, page, faults } = await open('audit?action=guard_released')
  const row = page.getByRole('row').filter({ hasText: 'the pool is mended' })
  await row.waitFor()
  expect(await row.textContent()).toContain('user:admin')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV', exact: true }).click(),
  ])
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('the pool is mended')
  await page.getByRole('button', { name: 'Verify the chains' }).click()
  await page.getByText('The chains hold.').waitFor()
  expect(faults).toEqual([])
  await context.close()
})

test('SH2 with the agent killed a page says so within its limit, keeps what it knew, and comes back by itself', async () => {
  const { context, page, faults } = await open('watchdog')
  const connection = page.getByRole('button', { name: /^(live|stale), / })
  await connection.filter({ hasText: 'live' }).waitFor()
  const state = page.getByRole('heading', { name: 'Watchdog', level: 1 })
  const { agent } = await data<SystemStatus>('admin/api/system-status')
  const keeper = await parentOf(agent.pid)
  await noteConnection(page)
  // Held until the page has been looked at.
  process.kill(keeper, 'SIGSTOP')
  try {
    process.kill(agent.pid, 'SIGKILL')
    await connection.filter({ hasText: 'stale' }).waitFor()
    await page.getByText('The agent does not answer').first().waitFor()
    expect(await state.isVisible()).toBe(true)
    const [first = ''] = await page.evaluate(() => (globalThis as unknown as { noted: string[] }).noted)
    // The limit is 5 s; it and the words are looked at twice a second.
    const ageS = Number(/^stale, (\d+(?:\.\d+)?) s old$/.exec(first)?.[1])
    expect(ageS, first).toBeGreaterThan(4)
    expect(ageS, first).toBeLessThan(8)
  } finally {
    process.kill(keeper, 'SIGCONT')
  }
  // An agent that is started again has forgotten its sessions: the page asks by itself, and is where it was.
  await page.getByText('The session has ended.').waitFor({ timeout: 45_000 })
  await signInBy(page, ADMIN)
  await connection.filter({ hasText: 'live' }).waitFor()
  await state.waitFor()
  expect(new URL(page.url()).pathname).toBe('/watchdog')
  read = await signIn(url)
  session = await signedInState(url)
  expect((await data<SystemStatus>('admin/api/system-status')).agent.pid).not.toBe(agent.pid)
  expect(faults).toEqual([])
  await context.close()
})

/** What lasts, writes beside it, changes the host, or takes minutes is run by the test that is named. */
const RUN_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  'install.test.ts': /^install-systemd/,
  'rehearsal.test.ts': /^(rehearse|gates run)/,
  'the test below, and rollback-navigation.test.ts': /^rollback/,
  'watchdog.test.ts': /^watchdog/,
  'bundle.test.ts': /^bundle/,
  'metrics.test.ts': /^metrics/,
}
/** Nothing was proved of this build, and no stronger rung is offered. All others are done. */
const REFUSED = /^(cutover|restart --rung roll)/

test('MG4 each command of the runbook ends as it says, beside a service that runs', async () => {
  const { place } = demonstration
  const written = commandsIn(readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8'))
  const lines = new Map(written.map((words) => [words.join(' '), words]))
  const here = [...lines].filter(([line]) => !Object.values(RUN_ELSEWHERE).some((one) => one.test(line)))
  expect(here.length).toBeGreaterThan(15)
  const ended: [string, number | null][] = []
  for (const [line, words] of here) {
    const given = words.map((word) =>
      word === 'STATE_FILE' ? join(place.stateDir, 'restart-state.json') : word,
    )
    ended.push([line, await run([AGENT_PROGRAM, ...given], place.env).ended])
  }
  expect(ended).toEqual(here.map(([line]) => [line, REFUSED.test(line) ? 3 : 0]))
}, 120_000)

test('MG3 after a bad cutover one command leads back to the page and the release of before, within its target time', async () => {
  const { place } = demonstration
  const ground = new CutoverGround({ ...place, remove: () => {} })
  const { context, page } = await open('')
  const classic = page.getByText('Holdfast, classic page')
  await classic.waitFor()
  await ground.prove()
  expect(await ground.cut()).toMatchObject({ kind: 'done', notes: [] })
  await page.goto(url)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()

  const words = ['rollback', '--reason', 'blank pages', '--root', ground.root, '--json']
  const { code, stdout, stderr } = await holdfast(words, place.env)
  const report = JSON.parse(stdout) as RollbackReport
  process.stdout.write(`rollback after a cutover: ${report.took_ms} ms of ${report.target_ms} ms\n`)
  expect(report, stderr).toMatchObject({ success: true, parts: ['navigation', 'release'] })
  expect(code).toBe(0)
  expect(report.took_ms).toBeLessThanOrEqual(report.target_ms)
  // The tab that was open leaves by itself, and one that opens now is the page of before.
  await classic.waitFor()
  await page.goto(url)
  await classic.waitFor()
  expect(ground.current).toBe('releases/1')
  expect(ground.promotion).toMatchObject({ pinned: null, last_rollback: { verified: true } })
  await context.close()
  ground.remove()
})
