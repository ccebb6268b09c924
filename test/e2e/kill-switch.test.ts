/** SH3 the whole way with the agent alone: real tabs of a real browser, and the command that takes the console out of service. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import { startAgentAlone, type AgentAlone } from '../support/agent-alone.ts'
import { holdfast } from '../support/holdfast.ts'
import { signedInState } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

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

async function openTabs(context: BrowserContext, paths = ['', 'watchdog', 'audit']): Promise<Page[]> {
  const pages: Page[] = []
  for (const path of paths) {
    const page = await context.newPage()
    await page.goto(new URL(path, url).href)
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    pages.push(page)
  }
  return pages
}

const hasLeft = (page: Page) => page.getByText('Holdfast, classic page').isVisible()

test('SH6 who has left is counted, from real tabs, and shown to those who stay on the classic page', async () => {
  const context = await browser.newContext(await signedInState(url))
  const pages = (await openTabs(context)).slice(0, 2)
  await context.pages()[2]?.close()
  const proof = async () => {
    const answer = await context.request.get(new URL('admin/api/navigation', url).href)
    return ((await answer.json()) as { data: NavigationReport }).data.proof
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

test('SH3 without the push the polls take them out, and out of the console before the classic page has come', async () => {
  const context = await browser.newContext(await signedInState(url))
  await context.route('**/admin/api/stream', (route) => route.abort())
  const pages = await openTabs(context, ['', 'audit'])
  const [answered, waiting] = pages
  // A document that does not come: the console is gone all the same, and the way out stands there.
  await waiting?.route('**/audit', (route) => route.fulfill({ status: 204 }))
  // By hand, as `touch` does it.
  const file = join(place.runtimeDir, 'navigation.off')
  writeFileSync(file, '')
  await answered?.getByText('Holdfast, classic page').waitFor()
  await waiting?.getByText('The classic page is being loaded in its place.').waitFor()
  expect(await waiting?.getByRole('navigation').count()).toBe(0)
  expect((await new AxeBuilder({ page: waiting as Page }).analyze()).violations).toEqual([])
  await waiting?.getByRole('link', { name: 'Open it by hand' }).click()
  await waiting?.getByText('Holdfast, classic page').waitFor()
  rmSync(file)
  await context.close()
})
