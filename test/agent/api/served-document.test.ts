/** SH2: the document that the agent serves tells the verdict by itself, safely, whatever a target says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { buildServer } from '#agent/api/server.ts'
import { verdictOf } from '#domain/health/verdict.ts'
import type { Health } from '#domain/schemas/health.ts'
import { servedSnapshot } from '#domain/schemas/served-snapshot.ts'
import { ManualClock } from '../manual-clock.ts'
import { sampleHealth } from '../../web/sample-health.ts'
import { SAMPLE_STATUS } from '../../web/sample-status.ts'
import { AccessGround, bareParts } from './agent-parts.ts'

const DOCUMENT =
  '<html><head><title>Holdfast</title></head><body><div id="app"></div><script src="./a.js"></script></body></html>'

const clock = new ManualClock()

let ground: AccessGround
let directory: string
let app: FastifyInstance
let access: AccessDesk
let health: () => Health
let isWatchdogRunning: () => Promise<boolean>
let logged: string[]

beforeEach(async () => {
  ground = new AccessGround(clock)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  writeFileSync(join(directory, 'index.html'), DOCUMENT)
  health = () => sampleHealth()
  isWatchdogRunning = async () => true
  logged = []
  access = ground.open()
  app = await buildServer({
    ...bareParts(clock),
    access,
    publicOrigins: [],
    consoleDirectory: directory,
    readHealth: () => health(),
    isWatchdogRunning: () => isWatchdogRunning(),
    system: { read: async () => SAMPLE_STATUS },
    log: (sentence) => logged.push(sentence),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

async function load(
  path = '/',
  sent: Readonly<Record<string, string>> = {},
): Promise<{ html: string; headers: Headers }> {
  const { port } = app.server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { accept: 'text/html', ...sent },
  })
  return { html: await answer.text(), headers: answer.headers }
}

function snapshotIn(html: string) {
  const [, text = ''] =
    /<script type="application\/json" id="served-snapshot">(.*?)<\/script>/s.exec(html) ?? []
  return servedSnapshot.parse(JSON.parse(text))
}

const FULL = sampleHealth({ status: 'degraded', degraded_reason: 'pool_saturated' })

test.each(['/', '/index.html', '/watchdog', '/no/such/page'])(
  'SH2 %s holds the verdict in words, the snapshot it was made from, and is kept nowhere',
  async (url) => {
    health = () => ({ ...FULL, since: new Date(clock.wallNow() - 250_000).toISOString() })
    const { html, headers } = await load(url)
    const verdict = verdictOf(FULL, { watchdogRunning: true })
    for (const words of [verdict.headline, verdict.detail, verdict.byItself, verdict.nextStep])
      expect(html).toContain(words)
    expect(html).toContain('<strong>Degraded</strong>')
    expect(html).toContain('<noscript><p>This is the state when the page was loaded.')
    expect(html).toContain('for 4 min 10 s, since')
    expect(html).toContain(`<title>Degraded: ${verdict.headline} · Holdfast</title>`)
    expect(snapshotIn(html)).toEqual({
      at: clock.wallNow(),
      health: health(),
      watchdog_running: true,
      visitor: null,
    })
    expect(headers.get('cache-control')).toBe('no-store')
  },
)

test('SH2 whoever is signed in gets with it who they are and the status, and nobody else does', async () => {
  await ground.addAccount(access, 'ops', 'operator', 'correct horse')
  const { port } = app.server.address() as AddressInfo
  const login = await fetch(`http://127.0.0.1:${port}/admin/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ops', password: 'correct horse' }),
  })
  const cookie = login.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const asked = async (path: string) =>
    (
      (await (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } })).json()) as {
        data: unknown
      }
    ).data
  expect(snapshotIn((await load('/', { cookie })).html).visitor).toEqual({
    session: await asked('/admin/api/session'),
    status: await asked('/admin/api/system-status'),
  })
  expect(snapshotIn((await load('/', { cookie: 'holdfast=of-nobody' })).html).visitor).toBeNull()
})

test('FC4 what is not known of the watchdog is called unknown', async () => {
  isWatchdogRunning = () => Promise.reject(new Error('its file cannot be read'))
  const { html } = await load()
  expect(html).toContain(verdictOf(sampleHealth(), { watchdogRunning: null }).byItself)
  expect(snapshotIn(html).watchdog_running).toBeNull()
})

test.each([
  '</script><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<!-- <script>',
  '"><img src=x onerror=alert(1)>',
  "$& $` $' $1",
  '&lt;script&gt;',
  'a\u2028b',
])('SE8 a reason of %j is text in the document, and the same text in the snapshot', async (reason) => {
  health = () => sampleHealth({ status: 'degraded', degraded_reason: reason, services: { [reason]: reason } })
  const { html } = await load()
  // Beside the document's own there is the block of data.
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(html.match(/<\/script/g)).toHaveLength(2)
  expect(html).not.toContain('<img')
  expect(html).not.toContain('<!--')
  expect(html.match(/<div id="app">/g)).toHaveLength(1)
  expect(snapshotIn(html).health).toEqual(health())
  expect(/<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1]).toBe(`The target reports: ${escaped(reason)}`)
})

test('SH2 a verdict that cannot be made costs itself and not the console', async () => {
  health = () => {
    throw new Error('a broken promise')
  }
  const { html } = await load()
  expect(html).toBe(DOCUMENT.replace('<head>', '<head><base href="./">'))
  expect(logged).toEqual([expect.stringContaining('without its verdict')])
})

/** Spelled out here so that the test shares no code with what it checks. */
function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
