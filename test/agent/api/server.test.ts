import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildServer } from '#agent/api/server.ts'
import { problemBody } from '#domain/schemas/admin-api.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'

let app: FastifyInstance
let ground: AccessGround
/** What a viewer's script sends along. */
let bearer: { authorization: string }
let origin: string
let port: number
let directory: string
let logged: string[]
const clock = new ManualClock()

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(
    join(directory, 'index.html'),
    '<html><head><script src="./assets/a-1.js"></script></head></html>',
  )
  writeFileSync(join(directory, 'assets/a-1.js'), '1')
  writeFileSync(join(directory, '.secret'), 'x')
  logged = []
  ground = new AccessGround(clock)
  const access = ground.open()
  const { token } = await access.createToken({ name: 'script', role: 'viewer', expires_at: null }, BY)
  bearer = { authorization: `Bearer ${token}` }
  app = await buildServer({
    ...bareParts(clock),
    access,
    system: {
      read: () => Promise.reject(new Error('a fault inside, with /a/path in its message')),
    },
    publicOrigins: ['https://ops.example.org'],
    consoleDirectory: directory,
    log: (sentence) => logged.push(sentence),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
  origin = `http://127.0.0.1:${port}`
})
afterEach(async () => {
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

function ask(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  return new Promise((settle, fail) => {
    const asked = request(`${origin}${path}`, { headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => settle({ status: response.statusCode ?? 0, body }))
    })
    asked.on('error', fail)
    asked.end()
  })
}

test.each(['/', '/health', '/admin/api/raw/requests', '/assets/a-1.js', '/livez', '/nowhere'])(
  'SE4 %s is not served to a page that was rebound to this address',
  async (path) => {
    const answer = await ask(path, { host: `attacker.example:${port}` })
    expect(answer.status).toBe(421)
    expect(JSON.parse(answer.body)).toMatchObject({ success: false, error: { code: 'misdirected' } })
  },
)

test('SE4 loopback names with the bound port and configured public origins are served', async () => {
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, 'ops.example.org']) {
    expect((await ask('/livez', { host })).status, host).toBe(200)
  }
  for (const host of [
    '127.0.0.1',
    `localhost:${port + 1}`,
    'ops.example.org:8443',
    `ops.example.org.evil:${port}`,
  ]) {
    expect((await ask('/livez', { host })).status, host).toBe(421)
  }
})

test('SE8 every answer carries the policy that lets nothing foreign run, and no frame', async () => {
  for (const path of ['/', '/health', '/admin/api/raw/requests', '/admin/api/nowhere', '/assets/a-1.js']) {
    const { headers } = await fetch(`${origin}${path}`)
    expect(headers.get('content-security-policy'), path).toContain("default-src 'none'")
    expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'none'")
    expect(headers.get('content-security-policy'), path).not.toContain('unsafe')
    expect(headers.get('x-content-type-options'), path).toBe('nosniff')
  }
})

test.each([
  ['/admin/api/raw/requests?window_ms=0', 'window_ms'],
  ['/admin/api/raw/requests?window_ms=abc', 'window_ms'],
  ['/admin/api/raw/requests?window_ms=99999999999', 'window_ms'],
  ['/admin/api/raw/requests?window_ms=1&window_ms=2', 'window_ms'],
  ['/admin/api/raw/requests?cursor=xyz', 'cursor'],
  ['/admin/api/raw/requests?cursor=a&cursor=b', 'cursor'],
  ['/admin/api/raw/nothing', 'streams'],
  ['/admin/api/raw/requests,requests', 'streams'],
  ['/admin/api/raw/__proto__', 'streams'],
])('BI1 %s is refused with the field', async (path, field) => {
  const answer = await ask(path, bearer)
  expect(answer.status).toBe(400)
  const body = problemBody.parse(JSON.parse(answer.body))
  expect(body.error.code).toBe('bad_request')
  expect(body.detail).toContain(`${field}: expected`)
})

test('BI1 a fault inside is told without its insides, and logged with them', async () => {
  const answer = await ask('/admin/api/system-status', bearer)
  expect(answer.status).toBe(500)
  expect(answer.body).not.toContain('/a/path')
  expect(logged.join()).toContain('/a/path')
})

test.each(['/admin/api/nowhere', '/assets/none.js', '/health/none', '/nowhere'])(
  'BI1 %s is a problem that a script can read',
  async (path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(problemBody.parse(JSON.parse(answer.body)).error.code).toBe('not_found')
  },
)

/** The whole answer to bytes that no HTTP client would send. */
function tell(bytes: string): Promise<string> {
  return new Promise((settle, fail) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('error', fail)
    socket.on('close', () => settle(answer))
  })
}

test.each([
  ['an address that cannot be decoded', '/%zz', 'Host: attacker.example'],
  ['a second Host header', '/livez', 'Host: {own}\r\nHost: attacker.example'],
  ['an absolute address', 'http://attacker.example/livez', 'Host: {own}'],
  ['no Host header', '/livez', 'Accept: */*'],
  ['an expectation', '/livez', 'Host: attacker.example\r\nExpect: something else'],
])('SE4 %s does not pass the allow-list', async (_, target, header) => {
  const host = header.replace('{own}', `127.0.0.1:${port}`)
  const answer = await tell(`GET ${target} HTTP/1.1\r\n${host}\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 421 /)
  expect(answer).toContain("default-src 'none'")
})

test.each([
  ['no HTTP', 'HELO you\r\n\r\n', 400, 'bad_request'],
  ['headers of 64 KiB', `GET / HTTP/1.1\r\nX: ${'a'.repeat(65_536)}\r\n\r\n`, 431, 'headers_too_large'],
])('BI1 %s is answered with a problem like any other', async (_, bytes, status, code) => {
  const [head = '', body = ''] = (await tell(bytes)).split('\r\n\r\n')
  expect(head).toContain(`HTTP/1.1 ${status} `)
  expect(problemBody.parse(JSON.parse(body))).toMatchObject({ status, error: { code } })
})

test('BI1 a body beyond the limit is 413, an address that cannot be decoded 400', async () => {
  const large = await fetch(`${origin}/health`, {
    method: 'POST',
    body: JSON.stringify('a'.repeat(70_000)),
    headers: { 'content-type': 'application/json' },
  })
  expect(large.status).toBe(413)
  expect(problemBody.parse(await large.json()).error.code).toBe('body_too_large')
  const undecodable = await ask('/%zz')
  expect(undecodable.status).toBe(400)
  expect(problemBody.parse(JSON.parse(undecodable.body)).error.code).toBe('bad_request')
})

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/assets/..%2f..%2fpackage.json',
  '/.secret',
  '//etc/passwd',
])('SE9 %s reaches no file outside the console', async (path) => {
  const { status, body } = await ask(path)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(body).not.toContain('root:')
  expect(body).not.toContain('"name"')
})

test.each([
  ['/', './'],
  ['/deep/link', '../'],
  ['/very/deep/link?x=1', '../../'],
])('SH3 a browser that loads %s gets the console, with a base of %s', async (path, base) => {
  const answer = await ask(path, { accept: 'text/html,application/xhtml+xml' })
  expect(answer.status).toBe(200)
  expect(answer.body).toContain(`<base href="${base}">`)
})

test('hashed assets may be kept for ever, the document never', async () => {
  expect((await fetch(`${origin}/assets/a-1.js`)).headers.get('cache-control')).toContain('immutable')
  expect((await fetch(`${origin}/`)).headers.get('cache-control')).toBe('no-store')
})

test('OB the shell is loadable exactly while its assets are there', async () => {
  expect(JSON.parse((await ask('/health/frontend-shell')).body)).toEqual({
    loadable: true,
    assets: 1,
    missing: [],
  })
  rmSync(join(directory, 'assets/a-1.js'))
  const answer = await ask('/health/frontend-shell')
  expect(answer.status).toBe(503)
  expect(JSON.parse(answer.body)).toMatchObject({ loadable: false, missing: ['assets/a-1.js'] })
})

test('BI1 a HEAD that cannot be read gets no body, which would be taken for the next answer', async () => {
  const answer = await tell(`HEAD livez HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toMatch(/\r\n\r\n$/)
})

test.each(['', '0x10', '1e3', '%201000', 'Infinity'])('BI1 "%s" is no number of an address', async (text) => {
  for (const path of ['raw/requests', 'raw/histograms']) {
    const answer = await ask(`/admin/api/${path}?window_ms=${text}`, bearer)
    expect(answer.status).toBe(400)
    expect(problemBody.parse(JSON.parse(answer.body)).detail).toContain('window_ms: expected')
  }
})
