/** SH4 in a real browser without scripts, and in a text browser: the agent as it ships. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAgentAlone, type AgentAlone } from '../support/agent-alone.ts'
import { watchPage } from '../support/browser.ts'
import { holdfast } from '../support/holdfast.ts'
import { ADMIN, signedInState } from '../support/signed-in.ts'

let alone: AgentAlone
let place: AgentAlone['place']
let browser: Browser
let url: string

beforeAll(async () => {
  alone = await startAgentAlone()
  ;({ place, browser, url } = alone)
})
afterAll(() => alone.close())

test('SH4 without any script: signed in, paused with a reason, and signed out again', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(new URL('classic', url).href)
  await page.getByLabel('Name').fill(ADMIN.username)
  await page.getByLabel('Password').fill(ADMIN.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  const form = page.locator('form', { has: page.getByRole('button', { name: 'Pause automatic restarts' }) })
  await form.getByLabel('Reason').fill('deploy')
  await form.getByRole('button').click()
  await page.getByText('recorded, by user:admin').waitFor()
  await page.reload()
  await page.getByText('Reason given: deploy').waitFor()
  await page.getByRole('button', { name: 'Resume automatic restarts' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await context.close()
})

test('SH4 a deep link lands on its counterpart while the console is out of service, signed in still', async () => {
  const context = await browser.newContext(await signedInState(url))
  const page = await context.newPage()
  await holdfast(['killswitch', 'engage', '--reason', 'blank page'], place.env)
  await page.goto(new URL('audit', url).href)
  await page.getByRole('cell', { name: 'kill switch changed' }).waitFor()
  await page.getByRole('link', { name: 'All on one page' }).click()
  await page.getByText('navigation.off in the state directory').waitFor()
  rmSync(join(place.stateDir, 'navigation.off'))
  await context.close()
})

const LOOKS = [
  { scheme: 'light', width: 360 },
  { scheme: 'dark', width: 1280 },
] as const

test.each(LOOKS)(
  'SH4 in $scheme at $width px: one request, nothing for axe or sideways',
  async ({ scheme, width }) => {
    const signedIn = await signedInState(url)
    const context = await browser.newContext({
      ...signedIn,
      colorScheme: scheme,
      viewport: { width, height: 720 },
    })
    const page = await context.newPage()
    const faults = watchPage(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    for (const path of ['classic', 'classic/audit']) {
      asked.length = 0
      await page.goto(new URL(path, url).href)
      expect(asked.filter((one) => !one.endsWith('/favicon.ico'))).toEqual([new URL(path, url).href])
      expect(await page.locator('script').count()).toBe(0)
      expect(await isScrolledSideways(page), path).toBe(false)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([])
    }
    expect(faults).toEqual([])
    await context.close()
  },
)

function isScrolledSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
}

test('SH4 a text browser reads it, in order, with its forms', () => {
  const text = execFileSync('w3m', ['-dump', '-cols', '80', new URL('classic', url).href], {
    encoding: 'utf8',
  })
  const order = ['Holdfast, classic page', 'What happens by itself', 'Next safe step', 'Recent restarts']
  const places = [...order, 'Kill switch', 'Sign in', 'Name'].map((words) => text.indexOf(words))
  expect(
    places.every((at, i) => at >= 0 && at > (places[i - 1] ?? -1)),
    text,
  ).toBe(true)
})
