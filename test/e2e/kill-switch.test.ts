/** SH3 the whole way: real tabs of a real browser, the agent as it ships, and the command that takes the console out of service. */
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import { startAgentAlone, type AgentAlone } from '../support/agent-alone.ts'
import { holdfast } from '../support/holdfast.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

/** A bound on waiting on a busy machine; without one it takes some half a second. */
const LEFT_WITHIN_MS = 5000

let alone: AgentAlone
let place: AgentAlone['place']
let browser: Browser
let url: string

beforeAll(async () => {
  alone = await startAgentAlone()
  ;({ place, browser, url } = alone)
})
afterAll(() => alone.close())

const killswitch = (verb: 'engage' | 'release') =>
  holdfast(['killswitch', verb, '--reason', `to ${verb}`], place.env)

async function openTabs(context: BrowserContext): Promise<Page[]> {
  const pages: Page[] = []
  for (const path of ['', 'watchdog', 'audit']) {
    const page = await context.newPage()
    await page.goto(new URL(path, url).href)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    pages.push(page)
  }
  return pages
}

/** In the classic page's form. */
const pauseReason = (page: Page | undefined) =>
  page
    ?.locator('form', { has: page.getByRole('button', { name: 'Pause automatic restarts' }) })
    .getByLabel('Reason')
const hasLeft = (page: Page) => page.getByText('Holdfast, classic page').isVisible()

test('SH3 all tabs leave at the push of the switch, keep their address, and what was typed', async () => {
  const context = await browser.newContext(await signedInState(url))
  const pages = await openTabs(context)
  const [, watchdog] = pages
  const reason = watchdog?.getByLabel('Reason', { exact: false }).first()
  await reason?.fill('a deploy that takes')

  expect((await killswitch('engage')).code).toBe(0)
  await until(
    'all tabs out',
    async () => (await Promise.all(pages.map(hasLeft))).every(Boolean),
    LEFT_WITHIN_MS,
  )
  expect(new URL(watchdog?.url() ?? '').pathname).toBe('/watchdog')
  await watchdog?.getByText('What you had typed in the console and not sent').waitFor()
  expect(await pauseReason(watchdog)?.inputValue()).toBe('a deploy that takes')
  expect(await pauseReason(pages[0])?.inputValue(), 'on the whole page, too').toBe('a deploy that takes')

  expect((await killswitch('release')).code).toBe(0)
  await watchdog?.reload()
  await watchdog?.getByRole('button', { name: 'Sign out' }).waitFor()
  await until('what was typed', async () => (await reason?.inputValue()) === 'a deploy that takes')
  await context.close()
})

test('SH6 who has left is counted, from real tabs, and shown to those who stay on the classic page', async () => {
  const context = await browser.newContext(await signedInState(url))
  const pages = (await openTabs(context)).slice(0, 2)
  await context.pages()[2]?.close()
  const proof = async () => {
    const { stdout } = await holdfast(['killswitch', 'status', '--json'], place.env)
    return (JSON.parse(stdout) as Pick<NavigationReport, 'proof'>).proof
  }
  await until('both tabs are known, the closed one not', async () => (await proof()).open.signed_in === 2)

  expect((await killswitch('engage')).code).toBe(0)
  await until('all tabs out', async () => (await Promise.all(pages.map(hasLeft))).every(Boolean))
  const round = await until('both have said so', async () => {
    const { round: told } = await proof()
    return told?.signed_in.obeyed === 2 ? told : undefined
  })
  expect(round).toMatchObject({
    released_at: null,
    signed_in: { seen: 2, gone: 0, outstanding: 0 },
    sessions: { seen: 1, obeyed: 1, outstanding: 0 },
    oldest_outstanding: null,
  })
  await pages[0]?.goto(new URL('classic', url).href)
  await pages[0]?.getByText('Everybody is out: 2 tabs seen, none still there').waitFor()
  await pages[0]?.getByRole('cell', { name: 'tabs, signed in', exact: true }).waitFor()

  expect((await killswitch('release')).code).toBe(0)
  await context.close()
})

test('SH5 one page out of service is plain inside the shell, in open tabs and new ones; the others go on', async () => {
  const context = await browser.newContext(await signedInState(url))
  const audit = await context.newPage()
  await audit.goto(new URL('audit', url).href)
  await audit.getByRole('heading', { name: 'Trail' }).waitFor()
  const change = (verb: 'engage' | 'release') =>
    holdfast(['killswitch', verb, '--route', '/audit', '--reason', 'its table'], place.env)
  const plain = (page: Page) => page.getByText('This page is out of service.')

  expect((await change('engage')).code).toBe(0)
  await plain(audit).waitFor()
  await audit.getByRole('cell', { name: 'kill switch changed' }).first().waitFor()
  expect(await audit.getByRole('heading', { name: 'Trail' }).count()).toBe(0)

  const fresh = await context.newPage()
  const asked: string[] = []
  fresh.on('request', (request) => asked.push(request.url()))
  await fresh.goto(new URL('audit', url).href)
  await plain(fresh).waitFor()
  expect(asked.filter((one) => one.includes('AuditView'))).toEqual([])
  await fresh.getByRole('link', { name: 'Watchdog' }).click()
  await fresh.getByRole('heading', { name: 'Watchdog', level: 1 }).waitFor()

  expect((await change('release')).code).toBe(0)
  await audit.getByRole('heading', { name: 'Trail' }).waitFor()
  await fresh.getByRole('link', { name: 'Audit' }).click()
  await fresh.getByRole('heading', { name: 'Trail' }).waitFor()
  await context.close()
})

test('SH3 without the push the polls take them out', async () => {
  const context = await browser.newContext(await signedInState(url))
  await context.route('**/admin/api/stream', (route) => route.abort())
  const pages = await openTabs(context)
  expect((await killswitch('engage')).code).toBe(0)
  await until('all tabs out', async () => (await Promise.all(pages.map(hasLeft))).every(Boolean))
  expect((await killswitch('release')).code).toBe(0)
  await context.close()
})
