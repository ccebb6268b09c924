/** OB1, OB5: the verdict as everybody reads it, and as somebody who is signed in does; and how little asking costs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildServer } from '#agent/api/server.ts'
import { startTargetProbe, type TargetProbe } from '#agent/intake/target-probe.ts'
import { healthReader } from '#agent/serve/health-reader.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { ProbeTally } from '#domain/exposition/probe-tally.ts'
import { emptyState } from '#domain/journal/fold.ts'
import type { DeepHealth } from '#domain/schemas/deep-health.ts'
import { health } from '#domain/schemas/health.ts'
import { until } from '../../support/until.ts'
import { ManualClock } from '../manual-clock.ts'
import { noRestarts } from '../no-restarts.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'

let clock: ManualClock
let ground: AccessGround
let directory: string
let app: FastifyInstance
let origin: string
let probe: TargetProbe
let viewer: { authorization: string }
/** The target's answer comes when a test says so. */
let told: PromiseWithResolvers<number>
/** How often the target was asked, and the depths were looked into. */
let asked: number
let gathered: number
let isBroken: boolean

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  told = Promise.withResolvers()
  asked = 0
  gathered = 0
  isBroken = false
  probe = startTargetProbe({
    url: 'http://127.0.0.1:9/health',
    // Once, and then not before the test is over.
    intervalMs: 3_600_000,
    timeoutMs: 800,
    ask: async () => {
      asked += 1
      return { kind: 'answered', status: await told.promise, body: 'fine' }
    },
    clock,
    store: new RawStore({ epoch: '0000abcd', startedAt: clock.wallNow(), readRestarts: noRestarts }),
    scraped: new Map(),
    tally: new ProbeTally(0.9),
  })
  const settings = loadSettings({})
  const reader = healthReader({
    values: settings.config.values,
    contract: settings.contract.contract,
    contractValid: true,
    probe,
    history: { latest: () => emptyState, fresh: async () => emptyState },
    boot: 'b',
    clock,
  })
  const readHealth = () => {
    if (isBroken) throw new Error('a dependency is broken')
    return reader.latest().health
  }
  const access = ground.open()
  const { token } = await access.createToken({ name: 'script', role: 'viewer', expires_at: null }, BY)
  viewer = { authorization: `Bearer ${token}` }
  app = await buildServer({
    ...bareParts(clock),
    readHealth,
    deepHealth: async () => {
      gathered += 1
      const gathered_at = new Date(clock.wallNow()).toISOString()
      return { ...readHealth(), gathered_at, gathered_age_ms: 0 } as DeepHealth
    },
    access,
    publicOrigins: [],
    consoleDirectory: directory,
  })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  probe.stop()
  await app.close()
  ground.remove()
  rmSync(directory, { recursive: true, force: true })
})

interface Answer {
  status: number
  retryAfter: string | null
  body: Record<string, unknown>
}

async function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const answer = await fetch(`${origin}${path}`, { headers })
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    body: (await answer.json()) as Answer['body'],
  }
}

async function probed(status = 200): Promise<void> {
  told.resolve(status)
  await until('the first probe is back', () => probe.latest().outcome.kind !== 'never')
}

test('OB5 a storm of questions asks the target nothing, and each answer says how old it is', async () => {
  await probed()
  clock.pass(730)
  const answers = await Promise.all(Array.from({ length: 200 }, () => ask('/health')))
  expect(asked).toBe(1)
  for (const { status, body } of answers) {
    expect(status).toBe(200)
    expect(health.parse(body).age_ms).toBe(730)
  }
})

test('OB5 the depths are looked into once a second, whoever asks, and are told with their age', async () => {
  await probed()
  await Promise.all(Array.from({ length: 20 }, () => ask('/health/deep', viewer)))
  clock.pass(900)
  const { body } = await ask('/health/deep', viewer)
  expect(gathered).toBe(1)
  expect(body).toMatchObject({ status: 'healthy', age_ms: 900, gathered_age_ms: 900 })
  clock.pass(100)
  expect((await ask('/health/deep', viewer)).body).toMatchObject({ age_ms: 1000, gathered_age_ms: 0 })
  expect(gathered).toBe(2)
})

test('OB1 only an unhealthy target makes either verdict a 503, with a time to ask again', async () => {
  await probed(404)
  expect((await ask('/health')).status).toBe(200)
  expect((await ask('/health')).body.status).toBe('degraded')
})

test('OB1 of an unhealthy one, both are 503 and say so in full', async () => {
  await probed(500)
  for (const path of ['/health', '/health/deep']) {
    expect(await ask(path, viewer)).toMatchObject({
      status: 503,
      retryAfter: '2',
      body: { status: 'unhealthy', degraded_reason: 'http_5xx' },
    })
  }
})

test('SE5 the depths are for nobody unknown', async () => {
  expect((await ask('/health/deep')).status).toBe(401)
  expect(gathered).toBe(0)
})

test('OB /livez answers with everything else broken, and asks nothing of it', async () => {
  isBroken = true
  expect((await ask('/health')).status).toBe(500)
  expect((await ask('/readyz')).status).toBe(500)
  expect(await ask('/livez')).toMatchObject({ status: 200, body: { status: 'ok' } })
})

test('OB /readyz waits for the first probe, whatever that sees', async () => {
  expect(await ask('/readyz')).toMatchObject({ status: 503, retryAfter: '1' })
})

test('OB /readyz is ready once the target was looked at, even where that fails', async () => {
  await probed(500)
  expect((await ask('/readyz')).status).toBe(200)
})
