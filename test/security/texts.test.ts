/** SE8, AU5: text that somebody typed, or a target told, is shown as text; and what is secret is shown nowhere. */
import { createServer, type Server } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowser, watchPage } from '../support/browser.ts'
import { Besieged } from './support/besieged.ts'

const HOSTILE = [
  ['a forged line', 'deploy\r\n{"level":"info","message":"forged"}'],
  ['a header', 'deploy\r\nset-cookie: holdfast=planted'],
  ['colours of a terminal', 'deploy \u001b[31mred\u001b[0m \u001b]0;title\u0007'],
  ['a sentence turned around', 'deploy \u202egnitset\u202c \u2066x\u2069'],
  ['a template', '{{7*7}} ${7*7} #{7*7} <%= 7*7 %>'],
  ['markup', '<img src=x onerror=alert(1)><script>alert(2)</script>'],
] as const

/** Nobody but their owners may ever see them; each is planted at one place. */
const CANARY = {
  password: 'canary-of-a-password',
  inReason: 'canary-of-a-reason',
  inHealth: 'canary-of-a-target',
  inUrl: 'canary-of-an-address',
  inHeader: 'canary-of-a-header',
} as const

const agent = new Besieged()
let target: Server
let browser: Browser

beforeAll(async () => {
  target = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        status: 'degraded',
        degraded_reason: '<script>alert(3)</script>',
        services: { '<b>database</b>': '<img src=x onerror=alert(4)>' },
        warnings: [`postgres://app:${CANARY.inHealth}@db/main refused`, `password=${CANARY.inHealth}`],
        errors: ['\u202e<svg onload=alert(5)>', `token: ${CANARY.inHealth}`],
      }),
    )
  })
  await new Promise<void>((settle) => void target.listen(0, '127.0.0.1', settle))
  const { port } = target.address() as AddressInfo
  await agent.start({ HOLDFAST_TARGET_HEALTH_URL: `http://127.0.0.1:${port}/health` })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await agent.stop()
  target.close()
})

const pause = (reason: string, headers: Record<string, string> = {}) =>
  agent.json('/admin/api/worker/pause', { ...agent.bearer('operator'), ...headers }, { reason })

describe('a reason that holds', () => {
  test.each(HOSTILE)('%s is kept as one harmless line, wherever it is shown', async (_what, reason) => {
    const answer = await pause(reason)
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
    const status = await agent.ask('GET', '/admin/api/worker/status', agent.bearer('viewer'))
    const list = await agent.command(['audit', 'list'])
    const csv = await agent.command(['audit', 'export', '--format', 'csv'])
    const { data } = JSON.parse(status.body) as { data: { pause: { reason: string } } }
    expect(data.pause.reason).toMatch(/deploy|7\*7|alert/)
    for (const shown of [data.pause.reason, list.said, csv.said, agent.agent.stderr()]) {
      expect(shown).not.toMatch(/\r(?!\n)|\u001b|\u0007|\u202e|\u2066/)
      expect(
        shown.split('\n').filter((line) => line.startsWith('{"level":"info","message":"forged"')),
      ).toEqual([])
    }
  })

  test('a template is not worked out', async () => {
    await pause('{{7*7}} is 7 times 7')
    const { body } = await agent.ask('GET', '/admin/api/worker/status', agent.bearer('viewer'))
    expect(body).toContain('{{7*7}} is 7 times 7')
  })
})

test('SE8 a name that is markup is no user, and is not sent back', async () => {
  const username = '<script>alert(6)</script>\r\nx: y'
  const answer = await agent.json('/admin/api/login', {}, { username, password: 'wrong' })
  expect(answer.status).toBe(401)
  expect(answer.text).not.toContain('alert(6)')
})

test('SE8 what a target tells of itself runs nowhere in the console', async () => {
  const page = await browser.newPage()
  const faults = watchPage(page)
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  await pause('<img src=x onerror=alert(1)>')
  const { cookie } = await agent.signIn()
  const [name = '', value = ''] = cookie.split('=')
  await page.context().addCookies([{ name, value, url: `http://${agent.host}/` }])
  await page.goto(`http://${agent.host}/`)
  await page.getByRole('button', { name: 'Sign out' }).waitFor()
  await page.getByText('alert(3)').first().waitFor()
  expect(await page.locator('img[src="x"], svg[onload], main script').count()).toBe(0)
  expect([dialogs, faults]).toEqual([[], []])
  await page.close()
})

test('AU5 no secret of a whole run is in any answer, log line or file', async () => {
  const answers: string[] = []
  const keep = async (asked: Promise<{ text: string }>) => answers.push((await asked).text)
  await keep(agent.json('/admin/api/login', {}, { username: 'admin', password: CANARY.password }))
  await keep(agent.json('/admin/api/login', {}, { username: CANARY.password, password: 'x' }))
  await keep(pause(`see postgres://ops:${CANARY.inReason}@db/main`))
  await keep(pause(`token=${CANARY.inReason}`))
  await keep(agent.ask('GET', `/admin/api/session?token=${CANARY.inUrl}`))
  await keep(agent.ask('GET', '/admin/api/session', { authorization: `Bearer ${CANARY.inHeader}` }))
  await keep(agent.ask('GET', '/health', { cookie: `holdfast_${agent.port}=${CANARY.inHeader}` }))
  for (const path of ['/health', '/admin/api/worker/status', '/admin/api/system-status']) {
    await keep(agent.ask('GET', path, agent.bearer('viewer')))
  }
  const now = Date.now()
  await keep(agent.ask('GET', `/admin/api/bundle?from=${now - 60_000}&to=${now}`, agent.bearer('operator')))
  for (const words of [
    ['audit', 'list'],
    ['audit', 'export', '--format', 'jsonl'],
    ['config', 'print'],
    ['status'],
  ]) {
    answers.push((await agent.command(words)).said)
  }
  const files = filesUnder(agent.place.directory).filter((file) => !file.endsWith('admin-password'))
  const everything = [
    ...answers,
    agent.agent.stdout(),
    agent.agent.stderr(),
    ...files.map((file) => readFileSync(file, 'latin1')),
  ]
  const secrets = [...Object.values(CANARY), ...Object.values(agent.tokens), 'an admin of this run']
  for (const secret of secrets) {
    expect(
      everything.filter((text) => text.includes(secret)),
      secret,
    ).toEqual([])
  }
})

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
