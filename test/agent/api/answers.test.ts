/** OB4: what a running agent answers is what the document says, field for field. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { RAW_FRAME_TYPE } from '#domain/schemas/raw-v1.ts'
import { systemClock } from '#agent/system/clock.ts'
import { DOCUMENT, faultOf, type Answered } from './described.ts'
import { send, type Sent } from './send.ts'
import { answered, PASSWORD, startWholeAgent, type WholeAgent } from './whole-agent.ts'

let agent: WholeAgent

beforeAll(async () => {
  agent = await startWholeAgent()
})
afterAll(() => agent.stop())
beforeEach(() => {
  agent.outcome = answered(systemClock.wallNow())
})

type Asked = Partial<Sent> & { target?: string; as?: 'viewer' | 'operator' | 'admin' }

async function ask(method: string, path: string, asked: Asked = {}): Promise<Answered> {
  const { as, target = path, headers = {}, body } = asked
  const bearer = as === undefined ? {} : { authorization: `Bearer ${agent.tokens[as]}` }
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const sent = { method, target, headers: { ...type, ...bearer, ...headers } }
  const answer = await send(agent.port, body === undefined ? sent : { ...sent, body })
  expect(faultOf(path, method, answer), `${method} ${target}`).toBeNull()
  return answer
}

const json = (value: object) => JSON.stringify(value)
const now = systemClock.wallNow()

test.each([
  ['/health', {}],
  ['/health/deep', {}],
  ['/metrics', {}],
  ['/livez', {}],
  ['/readyz', {}],
  ['/health/frontend-shell', {}],
  ['/openapi.json', {}],
  ['/admin/api/session', {}],
  [
    '/admin/api/raw/{streams}',
    { target: '/admin/api/raw/requests,pool,breaker,cache,process,probe,restarts' },
  ],
  ['/admin/api/raw/{streams}', { target: '/admin/api/raw/probe', headers: { accept: RAW_FRAME_TYPE } }],
  ['/admin/api/raw/{streams}', { target: `/admin/api/raw/pool?from=${now - 60_000}&to=${now - 1000}` }],
  ['/admin/api/raw/histograms', {}],
  ['/admin/api/stream', {}],
  ['/admin/api/system-status', {}],
  ['/admin/api/worker/status', {}],
  ['/admin/api/worker/restart/dry-run', {}],
  ['/admin/api/navigation', {}],
  ['/admin/api/audit', {}],
  ['/admin/api/audit', { target: '/admin/api/audit?format=csv' }],
  ['/admin/api/audit', { target: '/admin/api/audit?format=jsonl&action=signed_in' }],
  ['/admin/api/audit/verify', {}],
  ['/admin/api/contract', {}],
  ['/admin/api/contract', { target: '/admin/api/contract?anew=true' }],
  ['/admin/api/gates', {}],
  ['/admin/api/logs', { as: 'operator' }],
  ['/admin/api/users', { as: 'admin' }],
  ['/admin/api/sessions', { as: 'admin' }],
  ['/admin/api/config', { as: 'admin' }],
  ['/admin/api/bundle', { target: `/admin/api/bundle?from=${now - 60_000}&to=${now}`, as: 'operator' }],
] as const)('OB4 GET %s %j is answered as described', async (path, asked: Asked) => {
  expect((await ask('GET', path, { as: 'viewer', ...asked })).status).toBe(200)
})

test('OB4 each GET of the document is asked here', () => {
  const reads = Object.entries(DOCUMENT.paths).filter(([, methods]) => methods.get !== undefined)
  expect(reads.map(([path]) => path).toSorted()).toEqual(
    [
      '/admin/api/audit',
      '/admin/api/audit/verify',
      '/admin/api/bundle',
      '/admin/api/contract',
      '/admin/api/gates',
      '/admin/api/config',
      '/admin/api/logs',
      '/admin/api/navigation',
      '/admin/api/sessions',
      '/admin/api/users',
      '/health/deep',
      '/metrics',
      '/admin/api/raw/histograms',
      '/admin/api/raw/{streams}',
      '/admin/api/session',
      '/admin/api/stream',
      '/admin/api/system-status',
      '/admin/api/worker/status',
      '/admin/api/worker/restart/dry-run',
      '/health',
      '/health/frontend-shell',
      '/livez',
      '/openapi.json',
      '/readyz',
    ].toSorted(),
  )
})

test('OB1 health is answered as described when the target is unhealthy, plain, failing or not looked at', async () => {
  const at = systemClock.wallNow()
  const outcomes = [
    answered(at, { status: 'unhealthy' }),
    answered(at, null),
    { kind: 'failed', reason: 'refused', at } as const,
    { kind: 'never' } as const,
  ]
  const statuses = []
  for (const outcome of outcomes) {
    agent.outcome = outcome
    statuses.push((await ask('GET', '/health')).status)
  }
  expect(statuses).toEqual([503, 200, 503, 200])
  expect((await ask('GET', '/readyz')).status).toBe(503)
})

test('SE1 signing in and out is answered as described, refused or not', async () => {
  const signIn = (body: object) => ask('POST', '/admin/api/login', { body: json(body) })
  expect((await signIn({ username: 'admin', password: 'wrong' })).status).toBe(401)
  expect((await signIn({ username: 'admin' })).status).toBe(400)
  const entered = await signIn({ username: 'admin', password: PASSWORD })
  expect(entered.status).toBe(200)
  const cookie = String(entered.headers['set-cookie']).split(';')[0] ?? ''
  const { data } = JSON.parse(entered.body.toString()) as { data: { csrf_token: string } }
  expect((await ask('POST', '/admin/api/logout', { headers: { cookie } })).status).toBe(403)
  const headers = { cookie, 'x-csrf-token': data.csrf_token }
  expect((await ask('POST', '/admin/api/logout', { headers })).status).toBe(200)
  const link = { token: (await agent.access.makeLink({ name: 'local:root', ip: null })).secret }
  expect((await ask('POST', '/admin/api/login/link', { body: json(link) })).status).toBe(200)
  expect((await ask('POST', '/admin/api/login/link', { body: json(link) })).status).toBe(401)
})

test('WD17 a restart by a session that does not say what it saw is answered as described', async () => {
  const { secret, session } = await agent.access.signIn({
    username: 'admin',
    password: PASSWORD,
    address: '127.0.0.1',
  })
  const headers = { cookie: `holdfast_${agent.port}=${secret}`, 'x-csrf-token': session.csrf }
  expect((await ask('POST', '/admin/api/worker/restart', { headers, body: '{}' })).status).toBe(428)
})

test('SE1 a sign-in that is slowed down is answered as described', async () => {
  const body = json({ username: 'nobody', password: 'wrong' })
  for (let i = 0; i < 5; i += 1) await ask('POST', '/admin/api/login', { body })
  const slowed = await ask('POST', '/admin/api/login', { body })
  expect([slowed.status, slowed.headers['retry-after']]).toEqual([429, '1'])
})

test('OB4 words of an operator and restarts are answered as described, whatever becomes of them', async () => {
  const change = (path: string, body: object, headers = {}) =>
    ask('POST', `/admin/api/worker/${path}`, { as: 'operator', body: json(body), headers })
  const statuses: Record<string, number> = {
    release: (await change('guard/release', { reason: 'looked at it' })).status,
    pause: (await change('pause', { reason: 'deploy', for_seconds: 60 })).status,
    'no reason': (await change('pause', { reason: '\u202e' })).status,
    resume: (await change('resume', {})).status,
    incomplete: (await change('restart', { manual_override: true })).status,
    stale: (await change('restart', {}, { 'if-match': '"another"' })).status,
    accepted: (await change('restart', {}, { 'idempotency-key': 'once' })).status,
    again: (await change('restart', {}, { 'idempotency-key': 'once' })).status,
    pending: (await change('restart', {}, { 'idempotency-key': 'another' })).status,
  }
  expect(statuses).toEqual({
    release: 200,
    pause: 200,
    'no reason': 400,
    resume: 200,
    incomplete: 400,
    stale: 412,
    accepted: 200,
    again: 200,
    pending: 409,
  })
})

const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
)

test.each(operations)('SE4 SE5 $method $path refuses as described', async ({ path, method, operation }) => {
  const isChange = method !== 'GET'
  const isGuarded = operation.security.length > 0
  const target = path.replace('{streams}', 'probe')
  const refused = async (asked: Asked) => (await ask(method, path, { target, ...asked })).status
  expect(await refused({ headers: { host: 'attacker.example' } })).toBe(421)
  expect(await refused({ headers: { cookie: 'x'.repeat(17_000) } })).toBe(431)
  // As from another host: to this one, some are open.
  if (isGuarded) expect(await refused({ headers: { 'x-forwarded-for': '10.0.0.4' } })).toBe(401)
  if (isGuarded || isChange) expect(await refused({ headers: { origin: 'http://evil.example' } })).toBe(403)
  const as = (['admin', 'operator'] as const).find((role) => operation.description.includes(`role ${role}`))
  if (as !== undefined) expect(await refused({ as: 'viewer' })).toBe(403)
  if (!isChange) return
  expect(await refused({ as: as ?? 'viewer', body: `"${'x'.repeat(70_000)}"` })).toBe(413)
  expect(await refused({ as: as ?? 'viewer', body: '{"reason":' })).toBe(400)
})
