/** OB4, SE7: what may be changed over the Unix socket, by whom, and with which answer. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { AppliedDrift } from '#domain/contract/restart-drift.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ROUTES } from '#agent/api/route-table.ts'
import { buildLocalServer, buildServer } from '#agent/api/server.ts'
import type { Desk } from '#agent/operator/desk.ts'
import { healthReader } from '#agent/serve/health-reader.ts'
import { workerDesk } from '#agent/serve/worker-desk.ts'
import { SHIPPED_CONTRACT } from '#agent/places.ts'
import { loadContract } from '#agent/settings/load-contract.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { systemClock } from '#agent/system/clock.ts'
import { FileProofs, leaveProof } from '#agent/system/file-proof.ts'
import { openFlagPublisher } from '#agent/system/flag-directory.ts'
import { bootId } from '#agent/system/proc-stat.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { operatorJournalPath, watchdogJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { replaceFile } from '#agent/system/replace-file.ts'
import { startTicks } from '#agent/system/processes.ts'
import { problemBody } from '#domain/schemas/admin-api.ts'
import { restartRefused, workerStatus } from '#domain/schemas/worker-api.ts'
import { attemptEvents, OperatorGround } from '../operator/place.ts'
import { AccessGround, bareParts } from './agent-parts.ts'
import { memoryOnly } from '../memory-only.ts'
import { noRestarts } from '../no-restarts.ts'

const OWN_UID = process.geteuid?.() ?? 0

let ground: OperatorGround
let accounts: AccessGround
let desk: Desk
let app: FastifyInstance
let barred: string | null
let made: number
let drift: AppliedDrift | null

beforeEach(async () => {
  ground = new OperatorGround()
  accounts = new AccessGround(systemClock)
  desk = await ground.openDesk()
  barred = null
  made = 0
  drift = null
  const proofs = new FileProofs(ground.runtimeDir, systemClock)
  await proofs.prepare(null)
  const shipped = loadContract(SHIPPED_CONTRACT, {}).contract
  const contract = {
    ...shipped,
    paths: {
      ...shipped.paths,
      runtime_dir: ground.runtimeDir,
      state_dir: ground.stateDir,
      restart_flag: ground.flag,
    },
  }
  const history = async () => {
    const paths = [watchdogJournalPath(ground.stateDir), operatorJournalPath(ground.stateDir)]
    return new JournalHistory(paths.map((path) => openJournalReader(path))).catchUp()
  }
  const reader = healthReader({
    values: loadSettings({}).config.values,
    contract,
    contractValid: true,
    probe: { latest: () => ({ outcome: { kind: 'never' }, since: null }) },
    history: { latest: () => null, fresh: history },
    boot: bootId(),
    clock: systemClock,
  })
  const store = new RawStore({
    epoch: '0000abcd',
    startedAt: systemClock.wallNow(),
    readRestarts: noRestarts,
  })
  app = buildLocalServer({
    ...bareParts(systemClock),
    store,
    samples: memoryOnly(store),
    readHealth: () => reader.latest().health,
    access: accounts.open(),
    consoleUrl: () => 'http://127.0.0.1:8787/',
    bundle: { make: async ({ from, to }) => Buffer.from(`${from}-${to}`) },
    newId: () => `made-here-${(made += 1)}`,
    peers: { proofs, accountName: async (uid) => `uid=${uid}`, barred: () => barred },
    worker: workerDesk({
      desk,
      publisher: openFlagPublisher(ground.flag),
      reader,
      contract,
      drift: async () => drift,
      clock: systemClock,
    }),
  })
  await app.listen({ path: join(ground.directory, 'socket') })
  await startWatchdog()
})
afterEach(async () => {
  await app.close()
  await desk.close()
  ground.remove()
  accounts.remove()
})

/** The sign of life of a watchdog that is this process. */
async function startWatchdog(): Promise<void> {
  const status = {
    pid: process.pid,
    start_ticks: await startTicks(process.pid),
    boot: bootId(),
    at: systemClock.wallNow(),
    state: 'allowed',
    problem: null,
    rungs: [{ rung: 'reload', offered: true, because: 'it is the weakest' }],
  }
  await replaceFile(join(ground.runtimeDir, 'watchdog.json'), JSON.stringify(status))
}

interface Sent {
  body?: object
  key?: string
  ifMatch?: string
}

interface Answer {
  statusCode: number
  headers: Record<string, unknown>
  json(): unknown
}

/** Over a real socket: the guards look at what only a real request has. */
function ask(method: string, url: string, headers: Record<string, string>, body?: object): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const socketPath = join(ground.directory, 'socket')
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const all = { host: 'localhost', ...type, ...headers }
  const asked = request({ socketPath, method, path: url, headers: all, agent: false }, (response) => {
    let text = ''
    response.on('data', (chunk: Buffer) => (text += chunk.toString()))
    response.on('end', () =>
      resolve({
        statusCode: response.statusCode ?? 0,
        headers: response.headers,
        json: () => JSON.parse(text) as unknown,
      }),
    )
  })
  asked.on('error', reject)
  asked.end(body === undefined ? undefined : JSON.stringify(body))
  return promise
}

function plainly(url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  return ask('POST', url, headers, body)
}

function get(url: string): Promise<Answer> {
  return ask('GET', url, {})
}

/** As the command does it: a challenge, a file, the request. */
async function change(path: string, { body = {}, key, ifMatch }: Sent = {}): Promise<Answer> {
  const given = await plainly('/admin/api/local/challenge', {})
  const { challenge } = (given.json() as { data: { challenge: string } }).data
  const url = `/admin/api/worker/${path}`
  const proved = {
    method: 'POST',
    path: url,
    idempotencyKey: key ?? null,
    ifMatch: ifMatch ?? null,
    body,
  }
  await leaveProof(ground.runtimeDir, challenge, proved, [OWN_UID])
  return plainly(url, body, {
    'holdfast-proof': challenge,
    ...(key === undefined ? {} : { 'idempotency-key': key }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
  })
}

describe('who asks', () => {
  test.each([
    ['restart', {}],
    ['guard/release', { reason: 'x' }],
    ['pause', { reason: 'x' }],
    ['resume', {}],
  ])('SE7 %s without proof of an account is refused, and nothing is recorded', async (path, body) => {
    const answer = await plainly(`/admin/api/worker/${path}`, body)
    expect(answer.statusCode).toBe(401)
    expect(problemBody.parse(answer.json()).error.code).toBe('peer_not_proved')
    expect(await ground.said()).toEqual([])
  })

  test('SE7 the proof of one request is not taken for another one', async () => {
    const given = await plainly('/admin/api/local/challenge', {})
    const { challenge } = (given.json() as { data: { challenge: string } }).data
    const proved = {
      method: 'POST',
      path: '/admin/api/worker/pause',
      idempotencyKey: null,
      ifMatch: null,
      body: { reason: 'deploy' },
    }
    await leaveProof(ground.runtimeDir, challenge, proved, [OWN_UID])
    const answer = await plainly(
      '/admin/api/worker/guard/release',
      { reason: 'deploy' },
      { 'holdfast-proof': challenge },
    )
    expect(answer.statusCode).toBe(401)
    expect(await ground.said()).toEqual([])
  })

  test('SE7 an account that may not operate is told so, and recorded nowhere as an operator', async () => {
    barred = 'it is the account of the target'
    const answer = await change('guard/release', { body: { reason: 'x' } })
    expect(answer.statusCode).toBe(403)
    expect(problemBody.parse(answer.json()).error.code).toBe('peer_not_permitted')
    expect(await ground.said()).toEqual([])
  })

  test('SE7 the proved account is who is recorded', async () => {
    await change('pause', { body: { reason: 'deploy' } })
    expect(await ground.said()).toMatchObject([
      { type: 'paused', actor: { name: `local:uid=${OWN_UID}`, ip: null } },
    ])
  })

  test('SE4 another Host than localhost is not served on the socket', async () => {
    const answer = await ask('GET', '/health', { host: 'ops.example.org' })
    expect(answer.statusCode).toBe(421)
  })

  test('SE5 over TCP none of what is the host’s own is there', async () => {
    mkdirSync(join(ground.directory, 'dist'))
    const tcp = await buildServer({
      ...bareParts(systemClock),
      access: accounts.open(),
      publicOrigins: [],
      consoleDirectory: join(ground.directory, 'dist'),
    })
    const origin = await tcp.listen({ host: '127.0.0.1', port: 0 })
    for (const { method, path } of ROUTES.filter(({ on }) => on === 'socket')) {
      expect((await fetch(`${origin}${path}`, { method })).status, path).toBe(404)
    }
    await tcp.close()
  })
})

describe('a restart', () => {
  test('OB4 is accepted with its decision', async () => {
    const answer = await change('restart', { key: 'k1' })
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toMatchObject({
      success: true,
      data: {
        accepted: true,
        request_id: 'k1',
        replayed: false,
        decision: { decision: 'allowed', reason: 'policy_allows_manual_restart' },
      },
    })
  })

  test('WD17 the same key again is the same answer and no second restart', async () => {
    await change('restart', { key: 'k1' })
    expect((await change('restart', { key: 'k1' })).json()).toMatchObject({ data: { replayed: true } })
    expect(await ground.said()).toHaveLength(1)
  })

  test('OB4 in a cooldown it is 429, with Retry-After and the reasons', async () => {
    await ground.watchdogWrites(...attemptEvents('earlier'))
    const answer = await change('restart')
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(restartRefused.parse(answer.json())).toMatchObject({
      error: { code: 'cooldown_override_required' },
      reasons: [{ code: 'cooldown_override_required' }],
      request_id: 'made-here-1',
    })
  })

  test('RC5 what would put drift into force is 409, and an override in full passes', async () => {
    drift = 'refuses'
    const refused = await change('restart', { body: { rung: 'service' } })
    expect(refused.statusCode).toBe(409)
    expect(restartRefused.parse(refused.json())).toMatchObject({ error: { code: 'contract_drift' } })
    const override = { manual_override: true, override_acknowledged: true, override_reason: 'it is known' }
    const passed = await change('restart', { body: { rung: 'service', ...override } })
    expect(passed.json()).toMatchObject({ data: { decision: { decision: 'manual_override' } } })
  })

  test('OB4 guarded it is 409, and an override in full passes', async () => {
    await ground.watchdogWrites(...['a', 'b', 'c'].flatMap((id) => attemptEvents(id)))
    const refused = await change('restart')
    expect(refused.statusCode).toBe(409)
    expect(restartRefused.parse(refused.json()).reasons.map(({ code }) => code)).toEqual([
      'manual_override_required',
      'cooldown_override_required',
    ])
    const override = {
      manual_override: true,
      override_acknowledged: true,
      override_reason: 'cache is poisoned',
    }
    const passed = await change('restart', { body: override })
    expect(passed.statusCode).toBe(200)
    expect(passed.json()).toMatchObject({ data: { decision: { decision: 'manual_override' } } })
  })

  test.each([
    [{ manual_override: true, override_reason: 'x' }, 'override_acknowledgement_required'],
    [{ manual_override: true, override_acknowledged: true }, 'override_reason_required'],
    [
      { manual_override: true, override_acknowledged: true, override_reason: '\u200b \u202e' },
      'override_reason_required',
    ],
  ])('OB4 an override that lacks something (%j) is 400', async (body, code) => {
    const answer = await change('restart', { body })
    expect(answer.statusCode).toBe(400)
    expect(restartRefused.parse(answer.json()).error.code).toBe(code)
  })

  test('OB4 one in progress is 409', async () => {
    await ground.watchdogWrites(...attemptEvents('going').slice(0, 2))
    const answer = await change('restart')
    expect(answer.statusCode).toBe(409)
    expect(restartRefused.parse(answer.json()).error.code).toBe('restart_in_progress')
  })

  test('OB4 while a flag stands it is 409, without a live watchdog 503', async () => {
    await change('restart', { key: 'k1' })
    const pending = await change('restart', { key: 'k2' })
    expect(pending.statusCode).toBe(409)
    expect(problemBody.parse(pending.json()).error.code).toBe('request_pending')
    await replaceFile(join(ground.runtimeDir, 'watchdog.json'), 'null')
    const alone = await change('restart', { key: 'k3' })
    expect(alone.statusCode).toBe(503)
    expect(alone.headers['retry-after']).toBeDefined()
    expect(problemBody.parse(alone.json()).error.code).toBe('watchdog_not_running')
  })

  test('WD17 with the version of a view that is no longer true it is 412, with the present one it goes on', async () => {
    const before = (await get('/admin/api/worker/status')).headers.etag as string
    await ground.watchdogWrites(...attemptEvents('earlier'))
    const stale = await change('restart', { ifMatch: before })
    expect(stale.statusCode).toBe(412)
    expect(problemBody.parse(stale.json()).detail).toContain('the policy state was allowed and is cooldown')
    const present = (await get('/admin/api/worker/status')).headers.etag as string
    expect((await change('restart', { ifMatch: present })).statusCode).toBe(429)
    expect((await change('restart', { ifMatch: '"nonsense"' })).statusCode).toBe(412)
    expect((await change('restart', { ifMatch: '*' })).statusCode).toBe(429)
  })

  test.each<[string, object, string]>([
    ['an unknown field', { overide: true }, 'overide: expected a known key'],
    ['a field of another kind', { manual_override: 'yes' }, 'manual_override: expected true or false'],
    ['an unknown rung', { rung: 'reboot' }, 'rung: expected one of "reload", "roll", "service"'],
    ['an unknown pass', { override_passes: ['identity'] }, 'override_passes'],
    ['no object', [], 'the document: expected an object'],
  ])('BI1 %s is 400 and named', async (_, body, message) => {
    const answer = await change('restart', { body })
    expect(answer.statusCode).toBe(400)
    expect(problemBody.parse(answer.json()).detail).toContain(message)
    expect(await ground.said()).toEqual([])
  })

  test.each(['', 'with blank', 'a'.repeat(65), '../x'])('BI1 %j is no Idempotency-Key', async (key) => {
    const answer = await change('restart', { key })
    expect(answer.statusCode).toBe(400)
    expect(problemBody.parse(answer.json()).detail).toContain('Idempotency-Key')
  })
})

describe('a word', () => {
  test('WD17 a key that stood for one reason does not stand for another', async () => {
    await change('pause', { key: 'k1', body: { reason: 'deploy' } })
    const answer = await change('pause', { key: 'k1', body: { reason: 'another one' } })
    expect(answer.statusCode).toBe(400)
    expect(problemBody.parse(answer.json()).detail).toContain('Idempotency-Key')
    expect(await ground.said()).toHaveLength(1)
  })

  test('WD13 a pause ends by itself where it was told how long, and says when', async () => {
    const answer = await change('pause', { body: { reason: 'deploy', for_seconds: 1800 } })
    const { until } = (answer.json() as { data: { until: string } }).data
    expect(Date.parse(until) - systemClock.wallNow()).toBeGreaterThan(1_790_000)
  })

  test.each([
    ['pause', 'an empty reason', { reason: '' }],
    ['pause', 'a reason that shows nothing', { reason: '\u200b' }],
    ['pause', 'no reason', {}],
    ['pause', 'no length', { reason: 'x', for_seconds: 0 }],
    ['pause', 'thirty years', { reason: 'x', for_seconds: 1e9 }],
    ['guard/release', 'a blank reason', { reason: ' ' }],
    ['guard/release', 'a novel', { reason: 'a'.repeat(2001) }],
  ])('BI1 %s with %s is 400, and nothing is recorded', async (path, _, body) => {
    const answer = await change(path, { body })
    expect(answer.statusCode).toBe(400)
    expect(await ground.said()).toEqual([])
  })
})

describe('the status', () => {
  test('OB4 tells restarts, cooldown, guard, pause, watchdog, and which paths exist', async () => {
    await ground.watchdogWrites(...attemptEvents('earlier'))
    await change('pause', { body: { reason: 'deploy' } })
    const { data } = (await get('/admin/api/worker/status')).json() as { data: unknown }
    const status = workerStatus.parse(data)
    expect(status).toMatchObject({
      history_readable: true,
      policy_state: { state: 'paused', attempts_in_window: 1 },
      cooldown: { active: true },
      pause: { by: `local:uid=${OWN_UID}`, reason: 'deploy', until: null },
      watchdog: { running: true, problem: null, rungs: [{ rung: 'reload', offered: true }] },
      last_restart: { kind: 'attempt', requested_by: 'local:ops', success: true, helped: null },
    })
    expect(status.contract.paths).toContainEqual({
      name: 'state_dir',
      path: ground.stateDir,
      exists: true,
    })
    expect(status.contract.paths).toContainEqual({
      name: 'restart_flag',
      path: ground.flag,
      exists: false,
    })
  })
})

describe('the bundle', () => {
  test('AU4 is a file of the window that was asked for', async () => {
    const answer = await get('/admin/api/bundle?from=1000&to=2000')
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('application/gzip')
  })

  test.each([
    '',
    '?from=1000',
    '?from=2000&to=1000',
    '?from=x&to=y',
    '?from=0&to=1e12',
    '?from=9e15&to=9.1e15',
  ])('BI1 with %j for a window it is 400', async (query) => {
    const answer = await get(`/admin/api/bundle${query}`)
    expect(answer.statusCode).toBe(400)
    expect(problemBody.parse(answer.json()).detail).toContain('from, to: expected')
  })
})
