/** SE1, SE3, SE5: what the agent's server lets through over HTTP, from whom, and with which answer. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { ROUTES } from '#agent/api/route-table.ts'
import { buildLocalServer, buildServer } from '#agent/api/server.ts'
import { ROLES, type Role } from '#domain/access/roles.ts'
import { problemBody } from '#domain/schemas/admin-api.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'
import { routesOf } from './routes-of.ts'

const PASSWORD = 'correct horse battery'
const PUBLIC = 'https://ops.example.org'

let clock: ManualClock
let ground: AccessGround
let access: AccessDesk
let app: FastifyInstance
let directory: string
let port: number
let paused: unknown[]
let restarted: unknown[]

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  access = ground.open()
  await ground.addAccount(access, 'ops', 'operator', PASSWORD)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  writeFileSync(join(directory, 'index.html'), '<html><head></head></html>')
  paused = []
  restarted = []
  const bare = bareParts(clock)
  app = await buildServer({
    ...bare,
    worker: {
      ...bare.worker,
      restart: async (asked) => {
        restarted.push(asked)
        return { kind: 'accepted', requestId: asked.requestId, replayed: false, decision: null }
      },
      pause: async (asked) => {
        paused.push(asked)
        return {
          recorded: true,
          event_id: '1',
          by: asked.actor.name,
          replayed: false,
          until: null,
          new_history: false,
        }
      },
    },
    access,
    publicOrigins: [PUBLIC],
    consoleDirectory: directory,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
afterEach(async () => {
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

interface Answer {
  status: number
  cookies: string[]
  headers: Record<string, unknown>
  body: { success?: boolean; error?: { code: string }; data?: Record<string, unknown> }
}

/** A page for people names the code as well. */
function toldIn(page: string): Answer['body'] {
  const code = /<code>(\w+)<\/code>/.exec(page)?.[1]
  return code === undefined ? {} : { error: { code } }
}

/** With exactly these headers, as no browser's fetch would send them. */
function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const asked = request(
    { host: '127.0.0.1', port, method, path, headers: { ...type, ...headers }, agent: false },
    (response) => {
      const type = response.headers['content-type'] ?? ''
      const settle = (text: string) =>
        resolve({
          status: response.statusCode ?? 0,
          cookies: response.headers['set-cookie'] ?? [],
          headers: response.headers,
          body: type.includes('json') ? (JSON.parse(text) as Answer['body']) : toldIn(text),
        })
      // A stream of events has no end to wait for.
      if (type.startsWith('text/event-stream')) {
        response.destroy()
        settle('')
        return
      }
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => settle(text))
    },
  )
  asked.on('error', reject)
  asked.end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}

const login = (headers: Record<string, string> = {}, password = PASSWORD) =>
  ask('POST', '/admin/api/login', headers, { username: 'ops', password })

async function signedIn(headers: Record<string, string> = {}): Promise<{ cookie: string; csrf: string }> {
  const { cookies, body } = await login(headers)
  return { cookie: cookies[0]?.split(';')[0] ?? '', csrf: String(body.data?.csrf_token) }
}

async function tokenOf(role: Role): Promise<Record<string, string>> {
  const { token } = await access.createToken({ name: role, role, expires_at: null }, BY)
  return { authorization: `Bearer ${token}` }
}

const pause = (headers: Record<string, string>) =>
  ask('POST', '/admin/api/worker/pause', headers, { reason: 'deploy' })

const codeOf = ({ status, body }: Answer) => [status, body.error?.code]

describe('the route table', () => {
  test('SE5 is the routes of the running servers, and no other', async () => {
    const local = buildLocalServer({
      ...bareParts(clock),
      access,
      consoleUrl: () => '',
      peers: { proofs: {} as never, accountName: async () => '', barred: () => null },
    })
    await local.ready()
    const stated = (where: 'tcp' | 'socket') =>
      ROUTES.filter(({ on = where }) => on === where).map(({ method, path }) => `${method} ${path}`)
    expect(routesOf(app)).toEqual(stated('tcp').toSorted())
    expect(routesOf(local)).toEqual(stated('socket').toSorted())
    await local.close()
  })

  test('SE5 a route that it does not state keeps the server from starting', async () => {
    const parts = { ...bareParts(clock), access, publicOrigins: [], consoleDirectory: directory }
    const other = await buildServer(parts)
    expect(() => other.get('/admin/api/secrets', async () => ({}))).toThrow(/states who may GET/)
    await other.close()
  })

  const guarded = ROUTES.filter(({ on, least }) => on !== 'socket' && least !== 'public')

  test('SE5 what it guards is for nobody who is not signed in', async () => {
    for (const { method, path, isOpenHere } of guarded) {
      // As from another host, where one is open to this one.
      const from: Record<string, string> = isOpenHere === true ? { 'x-forwarded-for': '10.0.0.4' } : {}
      expect(codeOf(await ask(method, path, from)), path).toEqual([401, 'sign_in_required'])
      const wrong = await ask(method, path, { authorization: 'Bearer wrong' })
      expect(codeOf(wrong), path).toEqual([401, 'sign_in_required'])
    }
  })

  test.each(ROLES)('SE5 a %s gets in where the table says so, and nowhere else', async (role) => {
    const token = await tokenOf(role)
    for (const { method, path, least } of guarded) {
      const isEnough = ROLES.indexOf(role) >= ROLES.indexOf(least as Role)
      const answer = await ask(method, path, token)
      expect(answer.body.error?.code === 'role_too_low', path).toBe(!isEnough)
      expect(answer.status === 403, path).toBe(!isEnough)
    }
  })

  test('SE5 one route alone is open to this host itself', () => {
    expect(ROUTES.filter(({ isOpenHere }) => isOpenHere).map(({ path }) => path)).toEqual(['/metrics'])
  })

  test('SE5 every path under /admin/api is guarded, but for the sign-in itself', () => {
    const open = ROUTES.filter(({ path, least }) => path.startsWith('/admin/api') && least === 'public')
    expect(open.map(({ path }) => path)).toEqual(['/admin/api/login', '/admin/api/login/link'])
  })

  test.each([
    '/health/../admin/api/system-status',
    '/admin/api/./system-status',
    '//admin/api/system-status',
    '/admin%2fapi/system-status',
    '/admin/api/system-status;x',
    '/ADMIN/api/system-status',
    '/admin/api/system-status/',
  ])('SE5 %s is no way around it', async (path) => {
    expect([401, 404]).toContain((await ask('GET', path)).status)
  })
})

describe('signing in', () => {
  test('SE1 answers who it is, with a cookie that no script reads and no other site sends', async () => {
    const { status, body, cookies, headers } = await login()
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ user: 'ops', role: 'operator', csrf_token: expect.any(String) })
    expect(headers['cache-control']).toBe('no-store')
    expect(cookies).toEqual([
      expect.stringMatching(new RegExp(`^holdfast_${port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`)),
    ])
  })

  test('SE1 under an https origin the cookie is Secure and bound to its host', async () => {
    const { cookies } = await login({ host: new URL(PUBLIC).host, origin: PUBLIC })
    expect(cookies).toEqual([
      expect.stringMatching(/^__Host-holdfast=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/),
    ])
  })

  test('SE1 a wrong password is 401; too many are 429 with Retry-After, whatever is sent then', async () => {
    for (let i = 0; i < 5; i++) expect(codeOf(await login({}, 'wrong'))).toEqual([401, 'sign_in_refused'])
    const slowed = await login()
    expect(codeOf(slowed)).toEqual([429, 'sign_in_slowed'])
    expect(slowed.headers['retry-after']).toBe('1')
    expect(slowed.cookies).toEqual([])
  })

  test('SE1 a session that was there before is not taken up, and ends', async () => {
    const planted = await signedIn()
    const { cookies } = await login({ cookie: planted.cookie })
    expect(cookies[0]).not.toContain(planted.cookie)
    expect(codeOf(await ask('GET', '/admin/api/session', { cookie: planted.cookie }))).toEqual([
      401,
      'sign_in_required',
    ])
    const made = `holdfast_${port}=${'a'.repeat(43)}`
    const second = await login({ cookie: made })
    expect(second.cookies[0]).not.toContain(made)
  })

  test.each([
    [{ username: 'ops' }],
    [{ username: 'ops', password: PASSWORD, role: 'admin' }],
    [{ username: ['ops'], password: PASSWORD }],
    [{ username: 'ops', password: 'x'.repeat(300) }],
    ['ops'],
  ])('BI1 %j is no sign-in', async (body) => {
    expect(codeOf(await ask('POST', '/admin/api/login', {}, body))).toEqual([400, 'bad_request'])
  })

  test.each([{ origin: 'http://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])(
    'SE3 %j cannot sign a browser in',
    async (headers) => {
      expect(codeOf(await login(headers as Record<string, string>))).toEqual([403, 'cross_site'])
    },
  )

  test('SE2 a link signs in by a POST, once; a GET of the page consumes nothing', async () => {
    const { secret } = await access.makeLink(BY)
    await ask('GET', `/?${secret}`, { accept: 'text/html' })
    const first = await ask('POST', '/admin/api/login/link', {}, { token: secret })
    expect(first.body.data).toMatchObject({ user: 'root (link)', role: 'admin' })
    const second = await ask('POST', '/admin/api/login/link', {}, { token: secret })
    expect(codeOf(second)).toEqual([401, 'sign_in_link_invalid'])
  })
})

describe('a session', () => {
  test('SE1 shows who is signed in, until signing out ends it', async () => {
    const { cookie, csrf } = await signedIn()
    const seen = await ask('GET', '/admin/api/session', { cookie })
    expect(seen.body.data).toMatchObject({ user: 'ops', role: 'operator', csrf_token: csrf })
    const out = await ask('POST', '/admin/api/logout', { cookie, 'x-csrf-token': csrf })
    expect(out.cookies[0]).toMatch(/=; Path=\/; HttpOnly; SameSite=Strict; Max-Age=0$/)
    expect((await ask('GET', '/admin/api/session', { cookie })).status).toBe(401)
  })

  test('SE3 a change needs the token of its own session', async () => {
    const [own, other] = [await signedIn(), await signedIn()]
    for (const csrf of [undefined, '', 'wrong', other.csrf]) {
      const headers = { cookie: own.cookie, ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }) }
      expect(codeOf(await pause(headers)), csrf).toEqual([403, 'csrf_token_wrong'])
    }
    expect(paused).toEqual([])
    const done = await pause({ cookie: own.cookie, 'x-csrf-token': own.csrf })
    expect(done.status).toBe(200)
    expect(paused).toMatchObject([{ actor: { name: 'user:ops', ip: '127.0.0.1' }, reason: 'deploy' }])
  })

  test.each([
    ['Origin', { origin: 'http://evil.example' }],
    ['an Origin of another port', { origin: 'http://127.0.0.1:1' }],
    ['an Origin of another scheme', { origin: 'https://127.0.0.1:{port}' }],
    ['an Origin that only begins like ours', { origin: 'http://127.0.0.1:{port}.evil.example' }],
    ['Origin null', { origin: 'null' }],
    ['Sec-Fetch-Site cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['Sec-Fetch-Site same-site', { 'sec-fetch-site': 'same-site' }],
    ['Sec-Fetch-Site none', { 'sec-fetch-site': 'none' }],
  ])('SE3 a change with %s is refused, with the right token even', async (_, headers) => {
    const { cookie, csrf } = await signedIn()
    const sent = Object.fromEntries(
      Object.entries(headers as Record<string, string>).map(([name, text]) => [
        name,
        text.replace('{port}', String(port)),
      ]),
    )
    expect(codeOf(await pause({ cookie, 'x-csrf-token': csrf, ...sent }))).toEqual([403, 'cross_site'])
    expect(paused).toEqual([])
  })

  test('SE3 the console’s own page may change things, and read', async () => {
    const { cookie, csrf } = await signedIn()
    const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' }
    expect((await pause({ cookie, 'x-csrf-token': csrf, ...own })).status).toBe(200)
    expect((await ask('GET', '/admin/api/session', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(
      200,
    )
  })

  test('SE3 another site’s page reads nothing, though the browser had sent the cookie', async () => {
    const { cookie } = await signedIn()
    const answer = await ask('GET', '/admin/api/session', { cookie, 'sec-fetch-site': 'cross-site' })
    expect(codeOf(answer)).toEqual([403, 'cross_site'])
  })

  test('SE1 of two cookies with its name neither counts', async () => {
    const { cookie } = await signedIn()
    const answer = await ask('GET', '/admin/api/session', { cookie: `${cookie}; holdfast_${port}=planted` })
    expect(answer.status).toBe(401)
  })

  test('SE1 ends with the account', async () => {
    const { cookie } = await signedIn()
    await access.removeAccount('ops', BY)
    expect((await ask('GET', '/admin/api/session', { cookie })).status).toBe(401)
  })
})

describe('what was seen', () => {
  const RESTART = '/admin/api/worker/restart'

  test('WD17 a restart by a session that does not say it is 428, and none is asked for', async () => {
    const { cookie, csrf } = await signedIn()
    const answer = await ask('POST', RESTART, { cookie, 'x-csrf-token': csrf }, {})
    expect([answer.status, answer.body.error?.code]).toEqual([428, 'precondition_missing'])
    expect(restarted).toEqual([])
  })

  test('WD17 with it the restart is asked for, with what was seen', async () => {
    const { cookie, csrf } = await signedIn()
    await ask('POST', RESTART, { cookie, 'x-csrf-token': csrf, 'if-match': '"s=allowed"' }, {})
    expect(restarted).toMatchObject([{ seen: 's=allowed', actor: { name: 'user:ops' } }])
  })

  test('WD17 a token may leave it out', async () => {
    await ask('POST', RESTART, await tokenOf('operator'), {})
    expect(restarted).toMatchObject([{ seen: null }])
  })
})

describe('a token', () => {
  test('SE3 needs no CSRF token, and is who is recorded', async () => {
    expect((await pause(await tokenOf('operator'))).status).toBe(200)
    expect(paused).toMatchObject([{ actor: { name: 'token:operator' } }])
  })

  test('SE1 that is revoked, expired or wrong is refused, with a good cookie beside it even', async () => {
    const { cookie } = await signedIn()
    const made = await access.createToken(
      { name: 'ci', role: 'viewer', expires_at: clock.wallNow() + 1000 },
      BY,
    )
    const sent = { authorization: `Bearer ${made.token}` }
    expect((await ask('GET', '/admin/api/session', sent)).status).toBe(200)
    clock.pass(1000)
    expect((await ask('GET', '/admin/api/session', { cookie, ...sent })).status).toBe(401)
    for (const authorization of ['Bearer', `Basic ${made.token}`, `Bearer ${made.token} x`, '']) {
      expect((await ask('GET', '/admin/api/session', { authorization })).status, authorization).toBe(401)
    }
  })

  test('SE5 of a viewer changes nothing, and the answer says which role it takes', async () => {
    const answer = await pause(await tokenOf('viewer'))
    expect(codeOf(answer)).toEqual([403, 'role_too_low'])
    expect(problemBody.parse(answer.body).detail).toContain('operator')
    expect(paused).toEqual([])
  })
})

test('SE5 health, the console and its files are for everybody', async () => {
  for (const path of ['/health', '/livez', '/readyz', '/', '/health/frontend-shell']) {
    expect([200, 503], path).toContain((await ask('GET', path)).status)
  }
})
