/** SH3, SH4: the kill switch over the API, and what a browser is given while it is engaged. */
import { hash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { navigationChanged, navigationReport } from '#domain/schemas/navigation-api.ts'
import type { Role } from '#domain/access/roles.ts'
import { until } from '../../support/until.ts'
import { attemptEvents } from '../operator/place.ts'
import { PASSWORD, startWholeAgent, type WholeAgent } from './whole-agent.ts'

let agent: WholeAgent

beforeAll(async () => {
  agent = await startWholeAgent()
})
afterAll(() => agent.stop())
afterEach(() => {
  for (const directory of [agent.ground.stateDir, agent.ground.runtimeDir]) {
    for (const name of [
      'navigation.off',
      'navigation.off.d',
      'navigation.off.runtime',
      'navigation.off.runtime.d',
    ]) {
      rmSync(join(directory, name), { recursive: true, force: true })
    }
  }
})

const at = (path: string) => `http://127.0.0.1:${agent.port}${path}`
const page = (path: string) => fetch(at(path), { headers: { accept: 'text/html' } })

async function put(body: object, as: Role = 'operator', key?: string) {
  const headers: Record<string, string> = {
    authorization: `Bearer ${agent.tokens[as]}`,
    'content-type': 'application/json',
  }
  if (key !== undefined) headers['idempotency-key'] = key
  const answer = await fetch(at('/admin/api/navigation'), {
    method: 'PUT',
    headers,
    body: JSON.stringify(body),
  })
  return {
    status: answer.status,
    body: (await answer.json()) as { data?: unknown; error?: { message: string } },
  }
}

async function view() {
  const headers = { authorization: `Bearer ${agent.tokens.viewer}` }
  const answer = await fetch(at('/admin/api/navigation'), { headers })
  return navigationReport.parse(((await answer.json()) as { data: unknown }).data)
}

const TAB = 'a'.repeat(32)

/** As an open tab asks how the target is, and says that it is there. */
async function poll(word: string, headers: Record<string, string> = {}) {
  const answer = await fetch(at('/health'), { headers: { ...headers, 'holdfast-tab': word } })
  expect(answer.status).toBe(200)
}

/** A session of its own, by its cookie. */
async function signIn(): Promise<Record<string, string>> {
  const answer = await fetch(at('/admin/api/login'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: PASSWORD }),
  })
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}

test('SH6 it is told who has left, from the file on, and stays known after the release', async () => {
  const [one, other] = [await signIn(), await signIn()]
  await poll(TAB, one)
  await poll('b'.repeat(32), other)
  await poll('c'.repeat(32))
  for (const nonsense of ['', 'x'.repeat(5000), `${TAB}; gone`, '\u00e4']) await poll(nonsense, other)
  expect((await view()).proof.open).toEqual({ signed_in: 2, guests: 1, sessions: 2 })

  // Its last word comes before anybody has looked at the file.
  writeFileSync(join(agent.ground.runtimeDir, 'navigation.off'), '')
  await poll(`${TAB}; obeyed`, one)
  const { round } = (await view()).proof
  expect(round).toMatchObject({
    released_at: null,
    signed_in: { seen: 2, obeyed: 1, gone: 0, outstanding: 1 },
    guests: { seen: 1, outstanding: 1 },
    sessions: { seen: 2, obeyed: 1, outstanding: 1 },
    oldest_outstanding: { since: expect.stringMatching(/Z$/) },
  })
  expect(await (await fetch(at('/classic'), { headers: one })).text()).toMatch(/2 of 3 tabs still had/)
  expect(await (await page('/classic')).text()).not.toContain('Who has left')

  rmSync(join(agent.ground.runtimeDir, 'navigation.off'))
  const after = (await view()).proof.round
  const { signed_in, guests, sessions } = round ?? {}
  expect(after).toMatchObject({ signed_in, guests, sessions, released_at: expect.stringMatching(/Z$/) })
})

test('SH6 a page that is only open keeps no session alive', async () => {
  const held = await signIn()
  const secret = decodeURIComponent(held.cookie?.split('=')[1] ?? '')
  const find = vi.spyOn(agent.access, 'session')
  await poll(TAB, held)
  expect(find).not.toHaveBeenCalled()
  find.mockRestore()
  expect(agent.access.isSessionHeld(secret)).toBe(true)
})

test('SH3 an operator takes one route out of service and puts it back; viewers see it and may not', async () => {
  const wish = { engaged: true, route: '/audit', reason: 'table does not load' }
  const told = agent.switched
  expect((await put(wish, 'viewer')).status).toBe(403)
  expect(agent.switched).toBe(told)
  const engaged = await put(wish)
  expect(engaged.status).toBe(200)
  expect(navigationChanged.parse(engaged.body.data)).toMatchObject({
    by: 'token:operator',
    written: [{ file: 'navigation.off.runtime.d/audit', kind: 'runtime' }],
  })
  expect(agent.switched, 'open tabs are told at once').toBe(told + 1)
  const seen = await view()
  expect(seen.engaged).toBe(false)
  expect(seen.routes.filter((route) => route.engaged)).toMatchObject([
    { id: 'audit', by: [{ reason: 'table does not load', by: 'token:operator' }] },
  ])
  const released = await put({ engaged: false, route: 'audit', reason: 'mended' })
  expect(navigationChanged.parse(released.body.data)).toMatchObject({ holds: [] })
})

test('SH3 what the host has engaged is not released from the console, which is told what holds', async () => {
  writeFileSync(join(agent.ground.stateDir, 'navigation.off'), '')
  const released = await put({ engaged: false, reason: 'mended' })
  expect(released.status).toBe(200)
  expect(navigationChanged.parse(released.body.data)).toMatchObject({
    removed: [],
    holds: [{ place: 'state', file: 'navigation.off', kind: 'hard' }],
  })
  expect((await view()).engaged).toBe(true)
})

test.each([
  [{ engaged: true, route: '/nowhere', reason: 'x' }, 'route: expected one of "overview", "/", '],
  [{ engaged: true, route: '../audit', reason: 'x' }, 'route: expected one of "overview", "/", '],
  [{ engaged: true }, 'reason'],
  [{ engaged: true, reason: '\u202e' }, 'reason: expected why'],
  [{ engaged: 'yes', reason: 'x' }, 'engaged'],
])('BI1 %j is refused with the field, and engages nothing', async (body, named) => {
  const refused = await put(body)
  expect(refused.status).toBe(400)
  expect(refused.body.error?.message).toContain(named)
  expect((await view()).routes.some(({ engaged }) => engaged)).toBe(false)
})

test('WD17 the same key again is the same answer, and engages nothing a second time', async () => {
  const wish = { engaged: true, reason: 'blank page' }
  await put(wish, 'operator', 'key-1')
  await put({ engaged: false, reason: 'mended' })
  const again = await put(wish, 'operator', 'key-1')
  expect(navigationChanged.parse(again.body.data)).toMatchObject({ replayed: true, holds: [] })
})

test('SH3 from the moment on that the file is there each load gets the classic page, deep links too', async () => {
  const titles = async () => {
    const pages = await Promise.all(['/', '/index.html', '/audit', '/some/where?x=1'].map(page))
    return Promise.all(pages.map(async (one) => (await one.text()).includes('classic page')))
  }
  expect(await titles()).toEqual([false, false, false, false])
  writeFileSync(join(agent.ground.runtimeDir, 'navigation.off'), '')
  expect(await titles()).toEqual([true, true, true, true])
  // Old tabs still get what they were made of, and whoever asks for data is told so and not shown a page.
  expect((await fetch(at('/assets/a-1.js'))).status).toBe(200)
  expect((await page('/admin/api/nowhere')).status).toBe(404)
  rmSync(join(agent.ground.runtimeDir, 'navigation.off'))
  expect(await titles()).toEqual([false, false, false, false])
})

test('SH3 one route out of service leaves the console in service', async () => {
  await put({ engaged: true, route: 'audit', reason: 'table does not load' })
  expect(await (await page('/audit')).text()).not.toContain('classic page')
  expect(await (await page('/classic')).text()).toContain('Out of service on their own: Audit.')
})

test('SH4 the page has no script, is small, and its one style is the one that the policy lets in', async () => {
  const answer = await page('/classic')
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const text = await answer.text()
  expect(Buffer.byteLength(text)).toBeLessThan(30 * 1024)
  expect(text).not.toMatch(/<script|javascript:|\son\w+=|\sstyle=|\ssrc=|<link/i)
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(text) ?? []
  const policy = answer.headers.get('content-security-policy') ?? ''
  expect(policy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`)
  expect(policy).toContain("default-src 'none'; ")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|script-src/)
})

test('SH4 it says the verdict, the policy, the next step and the restarts, and whoever is not signed in learns no name, reason or path', async () => {
  await agent.ground.watchdogWrites(...attemptEvents('request-1'))
  await put({ engaged: true, reason: 'a reason of mine' })
  // Restarts are read once a second.
  const text = await until('the restart is on the page', async () => {
    const now = await (await page('/')).text()
    return now.includes('verified') && now
  })
  for (const words of ['nearly full', 'Next safe step', 'Restart policy', 'verified', 'out of service']) {
    expect(text).toContain(words)
  }
  expect(text).not.toMatch(/a reason of mine|token:operator|local:ops|request-1/)
  expect(text).not.toContain(agent.ground.directory)
})

test('SE8 what a target says of itself is text on the page and nothing more', async () => {
  const { outcome } = agent
  if (outcome.kind !== 'answered' || outcome.health === null) throw new Error('the target has answered')
  const health = { ...outcome.health, degraded_reason: '<img src=x onerror="alert(1)">\u202e' }
  agent.outcome = { ...outcome, health, at: Date.now() }
  const text = await (await page('/classic')).text()
  agent.outcome = outcome
  expect(text).toContain('&lt;img src=x onerror=&quot;')
  expect(text).not.toContain('<img')
  expect(text).not.toContain('\u202e')
})
