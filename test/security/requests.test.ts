/** SE1, SE3, SE4, SE5, SE9: attacks on the running agent from outside, each as its attacker would send it. */
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ROUTES } from '#agent/api/route-table.ts'
import { until } from '../support/until.ts'
import { Besieged, type Signed } from './support/besieged.ts'

const agent = new Besieged()
let signed: Signed

beforeAll(async () => {
  await agent.start({ HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health' })
  signed = await agent.signIn()
})
afterAll(() => agent.stop())

const PAUSE = '/admin/api/worker/pause'
const REASON = { reason: 'an attack' }
const changes = ROUTES.filter(({ method, on }) => method === 'POST' && on !== 'socket').map(
  ({ path }) => path,
)
const FORM_TYPE = 'application/x-www-form-urlencoded'
/** A page for people names the code as well. */
const codeOf = ({ body }: { body: string }) =>
  /<code>(\w+)<\/code>/.exec(body)?.[1] ?? (JSON.parse(body) as { error: { code: string } }).error.code

/** Nothing of an attack may have been heard. */
async function pausedBy(): Promise<unknown> {
  const { body } = await agent.ask('GET', '/admin/api/worker/status', agent.bearer('viewer'))
  return (JSON.parse(body) as { data: { pause: unknown } }).data.pause
}

describe('SE4 a Host that is not ours', () => {
  test.each([
    ['of an attacker', 'evil.example'],
    ['that was rebound to loopback', '127.0.0.1.nip.io'],
    ['with another port', '127.0.0.1:1'],
    ['with ours as a suffix', 'evil.example:80@127.0.0.1'],
    ['that is empty', ''],
    ['in the numbers of another notation', '0x7f.1'],
  ])('%s is misdirected, on every route and before anything else', async (_what, host) => {
    for (const { method, path } of ROUTES.filter(({ on }) => on !== 'socket')) {
      const answer = await agent.ask(method, path, { host, ...agent.bearer('admin') })
      expect(answer.status, `${method} ${path}`).toBe(421)
    }
  })

  test('sent twice, or against the address in the request line, is misdirected', async () => {
    const twice = await agent.send(
      `GET /health HTTP/1.1\r\nhost: ${agent.host}\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    )
    expect([400, 421]).toContain(twice.status)
    const absolute = await agent.ask('GET', 'http://evil.example/health')
    expect(absolute.status).toBe(421)
  })
})

describe('SE3 a page of another site, in a browser that is signed in', () => {
  test.each([
    ['an origin of its own', { origin: 'https://evil.example' }],
    ['no origin that it would tell', { origin: 'null' }],
    ['ours as a part of its own', { origin: 'http://127.0.0.1.evil.example' }],
    ['our name with another port', { origin: 'http://127.0.0.1:1' }],
    ['our name over https', { origin: 'https://127.0.0.1' }],
    ['another site by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['another one of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['an address that somebody typed', { 'sec-fetch-site': 'none' }],
  ])('with %s changes nothing, whatever token it has', async (_what, site) => {
    for (const path of changes) {
      const answer = await agent.json(path, { ...signed, ...site } as Record<string, string>, REASON)
      expect(answer.status, path).toBe(403)
      expect(codeOf(answer)).toBe('cross_site')
    }
    expect(await pausedBy()).toBeNull()
  })

  test.each([
    ['a form', 'application/x-www-form-urlencoded', 'reason=an+attack'],
    ['a form with files', 'multipart/form-data; boundary=x', '--x--'],
    ['text that is JSON', 'text/plain', JSON.stringify(REASON)],
    ['nothing that it names', '', JSON.stringify(REASON)],
  ])('that sends %s changes nothing', async (_what, type, body) => {
    const answer = await agent.ask('POST', PAUSE, { cookie: signed.cookie, 'content-type': type }, body)
    expect([400, 403]).toContain(answer.status)
    expect(await pausedBy()).toBeNull()
  })

  test('a cookie alone, from a client that tells no site, changes nothing', async () => {
    // Whoever signs in has no session yet that could be used.
    for (const path of changes.filter((one) => !/\/(login|sign-in)/.test(one))) {
      const { cookie } = signed
      const answer = path.startsWith('/classic/')
        ? await agent.ask('POST', path, { cookie, 'content-type': FORM_TYPE }, 'reason=because')
        : await agent.json(path, { cookie }, REASON)
      expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'csrf_token_wrong'])
    }
  })

  test('hears nothing from the event stream', async () => {
    const answer = await agent.ask('GET', '/admin/api/stream', {
      cookie: signed.cookie,
      origin: 'https://evil.example',
    })
    expect(answer.status).toBe(403)
  })

  test('a change is made by POST alone', async () => {
    for (const path of changes) {
      for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const answer = await agent.ask(method, path, { ...signed })
        // Where a form is sent to, there may be a page to read as well.
        const isRead = path.startsWith('/classic/') && ['GET', 'HEAD'].includes(method)
        expect(isRead ? [200, 404] : [400, 404, 405], `${method} ${path}`).toContain(answer.status)
      }
    }
    expect(await pausedBy()).toBeNull()
  })
})

describe('SE3 the CSRF token', () => {
  test.each([
    ['missing', () => ''],
    ['of somebody else', async () => (await agent.signIn())['x-csrf-token']],
    ['with one more character', () => `${signed['x-csrf-token']}A`],
  ])('%s is none', async (_what, token) => {
    const answer = await agent.json(PAUSE, { cookie: signed.cookie, 'x-csrf-token': await token() }, REASON)
    expect([answer.status, codeOf(answer)]).toEqual([403, 'csrf_token_wrong'])
  })

  test('of a session that has ended is replayed in vain', async () => {
    const old = await agent.signIn()
    expect((await agent.json('/admin/api/logout', { ...old })).status).toBe(200)
    expect((await agent.json(PAUSE, { ...old }, REASON)).status).toBe(401)
    const next = await agent.signIn()
    const replayed = { cookie: next.cookie, 'x-csrf-token': old['x-csrf-token'] }
    expect((await agent.json(PAUSE, replayed, REASON)).status).toBe(403)
  })
})

describe('SE1 a session', () => {
  test('ends with the password that it began with', async () => {
    const operator = await agent.signInAs('operator')
    expect((await agent.ask('GET', '/admin/api/session', { ...operator })).status).toBe(200)
    expect((await agent.command(['user', 'passwd', 'operator'], 'another one of this run')).code).toBe(0)
    expect((await agent.ask('GET', '/admin/api/session', { ...operator })).status).toBe(401)
  })

  test('is never the one that somebody planted', async () => {
    const planted = { cookie: signed.cookie.replace(/=.*/, '=planted') }
    const { headers } = await agent.json('/admin/api/login', planted, {
      username: 'admin',
      password: 'an admin of this run',
    })
    expect(headers['set-cookie']).not.toContain('planted')
    expect((await agent.ask('GET', '/admin/api/session', planted)).status).toBe(401)
  })

  test('a wrong name costs as much as a wrong password', async () => {
    const timeOf = async (username: string) => {
      const began = performance.now()
      const { status } = await agent.json('/admin/api/login', {}, { username, password: 'wrong' })
      expect(status).toBe(401)
      return performance.now() - began
    }
    // In pairs, and few: the sixth wrong one is slowed down.
    const ratios: number[] = []
    for (let pair = 1; pair <= 4; pair++)
      ratios.push((await timeOf('admin')) / (await timeOf(`nobody-${pair}`)))
    const [, median = 0] = ratios.toSorted((one, other) => one - other)
    // Without the same work for both it is a hundred times as much.
    expect(Math.abs(Math.log2(median))).toBeLessThan(2)
  })
})

describe('SE5 a viewer', () => {
  test.each(['token', 'session'] as const)(
    'by its %s gets no further than the table says, on any route',
    async (by) => {
      const who = by === 'token' ? agent.bearer('viewer') : { ...(await agent.signInAs('viewer')) }
      for (const { method, path, least } of ROUTES.filter(({ on }) => on !== 'socket')) {
        if (least !== 'operator' && least !== 'admin') continue
        const answer = await agent.ask(method, path, who, method === 'POST' ? '{}' : null)
        expect([method, path, answer.status]).toEqual([method, path, 403])
        expect(codeOf(answer)).toBe('role_too_low')
      }
    },
  )

  test('finds nothing of the host’s own over the network, with any role', async () => {
    for (const { method, path } of ROUTES.filter(({ on }) => on === 'socket')) {
      expect((await agent.ask(method, path, agent.bearer('admin'))).status, path).toBe(404)
    }
  })
})

describe('SE5, SE9 a path that is written otherwise', () => {
  test.each([
    '/livez/../admin/api/worker/status',
    '/livez/..%2fadmin/api/worker/status',
    '/admin%2fapi%2fworker%2fstatus',
    '/%61dmin/api/worker/status',
    '/admin/api/worker/status/',
    '/admin/api/worker/status;x',
    '/admin/api//worker/status',
    '//admin/api/worker/status',
    '/ADMIN/api/worker/status',
    '/admin/api/worker/status%00',
    '/admin\\api\\worker\\status',
    '/./admin/api/worker/status',
    '/admin/api/worker/status?x=/livez',
    '/admin/api/worker/status%3f',
  ])('%s lets nobody in who may not', async (path) => {
    const answer = await agent.ask('GET', path)
    expect([400, 401, 404]).toContain(answer.status)
    expect(answer.body).not.toContain('restart_history')
  })

  test.each([
    '/../../../../etc/passwd',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/%252e%252e/%252e%252e/etc/passwd',
    '/.git/config',
    '/..\\..\\etc\\passwd',
    '/assets/../../package.json',
  ])('%s leads out of nothing', async (path) => {
    const answer = await agent.ask('GET', path)
    expect([400, 404]).toContain(answer.status)
    expect(answer.body).not.toMatch(/root:|"name": "holdfast"|\[core\]/)
  })
})

describe('SE9 a body', () => {
  test.each([
    ['with __proto__', '{"reason":"x","__proto__":{"role":"admin"}}', 400],
    ['with constructor.prototype', '{"reason":"x","constructor":{"prototype":{"role":"admin"}}}', 400],
    ['nested a thousand times', `${'{"reason":'.repeat(1000)}1${'}'.repeat(1000)}`, 400],
    ['that is a list', '[]', 400],
    ['that is nothing', '', 400],
    ['that is no JSON', '{"reason":', 400],
    ['with a field that nobody knows', '{"reason":"x","role":"admin"}', 400],
    ['with a number for a text', '{"reason":1}', 400],
  ])('%s is refused, and changes nothing', async (_what, body, status) => {
    const headers = { ...agent.bearer('operator'), 'content-type': 'application/json' }
    const answer = await agent.ask('POST', PAUSE, headers, body)
    expect(answer.status).toBe(status)
    expect(answer.text).not.toMatch(/\n\s+at /)
    expect(await pausedBy()).toBeNull()
    expect(({} as Record<string, unknown>)['role']).toBeUndefined()
  })

  test('of 10 MB is refused as soon as it is announced, whole or in parts', async () => {
    const head = `POST ${PAUSE} HTTP/1.1\r\nhost: ${agent.host}\r\ncontent-type: application/json\r\nauthorization: Bearer ${agent.tokens.operator}\r\n`
    const announced = await agent.send(`${head}content-length: 10000000\r\n\r\n{"reason":"`)
    expect(announced.status).toBe(413)
    const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    const inParts = await agent.send(`${head}transfer-encoding: chunked\r\n\r\n${part}${part}`)
    expect(inParts.status).toBe(413)
    expect(await pausedBy()).toBeNull()
  })

  test('that never comes holds no connection beyond its time', async () => {
    const answer = await agent.send(
      `POST ${PAUSE} HTTP/1.1\r\nhost: ${agent.host}\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`,
    )
    expect([401, 408]).toContain(answer.status)
  })

  test('headers that come byte by byte end in a refusal, and the others are served meanwhile', async () => {
    const line = connect(agent.port, '127.0.0.1')
    let said = ''
    line.on('data', (part: Buffer) => (said += part.toString()))
    line.on('error', () => {})
    line.write(`GET /health HTTP/1.1\r\nhost: ${agent.host}\r\n`)
    const drip = setInterval(() => line.write('x: y\r\n'), 200)
    expect((await agent.ask('GET', '/livez')).status).toBe(200)
    await until('the refusal', () => said.startsWith('HTTP/1.1 408'))
    clearInterval(drip)
    line.destroy()
  })

  test('headers of 100 KB are refused', async () => {
    expect((await agent.ask('GET', '/livez', { x: 'y'.repeat(100_000) })).status).toBe(431)
  })

  test('two lengths, or a length beside chunks, are no request', async () => {
    const head = `POST ${PAUSE} HTTP/1.1\r\nhost: ${agent.host}\r\nauthorization: Bearer ${agent.tokens.operator}\r\n`
    const smuggled = 'GET /admin/api/bundle HTTP/1.1\r\n\r\n'
    for (const lengths of [
      'content-length: 0\r\ncontent-length: 5\r\n',
      'content-length: 4\r\ntransfer-encoding: chunked\r\n',
    ]) {
      const answer = await agent.send(`${head}${lengths}\r\n${smuggled}`)
      expect(answer.status).toBe(400)
      expect(answer.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    }
  })
})

describe('SE3 what a client tells of itself', () => {
  test('a forwarded address is not believed, and so not recorded', async () => {
    const told = {
      'x-forwarded-for': '203.0.113.9',
      forwarded: 'for=203.0.113.9;proto=https',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
      'x-real-ip': '203.0.113.9',
    }
    const resume = '/admin/api/worker/resume'
    expect((await agent.json(resume, { ...agent.bearer('operator'), ...told })).status).toBe(200)
    const trail = await agent.command(['audit', 'list', '--json'])
    expect(trail.said).toContain('token:operator')
    expect(trail.said).not.toContain('203.0.113.9')
  })

  test('SE6 the headers of a proxy let nobody in where none is configured', async () => {
    const claimed = { 'x-holdfast-user': 'root', 'x-holdfast-role': 'admin', 'x-holdfast-proxy-secret': '' }
    expect((await agent.ask('GET', '/admin/api/session', claimed)).status).toBe(401)
  })

  test('SE8 every answer forbids scripts and frames of others', async () => {
    for (const path of ['/', '/health', '/nothing-here', '/admin/api/session']) {
      const { headers } = await agent.ask('GET', path)
      const policy = headers['content-security-policy'] ?? ''
      expect(policy, path).toContain("frame-ancestors 'none'")
      expect(policy, path).not.toContain('unsafe-inline')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })
})

test('IN4 a thousand connections that say nothing keep nobody out', async () => {
  const idle = Array.from({ length: 1000 }, () => connect(agent.port, '127.0.0.1'))
  for (const line of idle) line.on('error', () => {})
  const answer = await new Promise<number>((settle, fail) => {
    request({ port: agent.port, path: '/livez', agent: false }, ({ statusCode }) => settle(statusCode ?? 0))
      .on('error', fail)
      .end()
  })
  for (const line of idle) line.destroy()
  expect(answer).toBe(200)
})
