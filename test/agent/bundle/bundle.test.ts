/** AU4: one file, readable with what every system has, complete, and without secrets. */
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildBundle, type BundleInput } from '#agent/bundle/build-bundle.ts'
import { rawDocument } from '#agent/bundle/raw-document.ts'
import { tarOf } from '#agent/bundle/tar.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { restartReader } from '#agent/store/restart-lists.ts'
import type { JournalRow } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import { readRawFile } from '#domain/schemas/raw-file.ts'
import { attemptEvents } from '../operator/place.ts'
import { noRestarts } from '../no-restarts.ts'

const FROM = 1_763_600_000_000
const TO = FROM + 600_000
const values = loadSettings({}).config.values

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-bundle-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

function storeOf(
  requests: number,
  { startedAt = FROM - 1000, history = historyOf() }: { startedAt?: number; history?: JournalState } = {},
): RawStore {
  const readRestarts = restartReader(() => history)
  const store = new RawStore({ epoch: '0000abcd', startedAt, readRestarts })
  for (let n = 0; n < requests; n += 1) {
    store.addRequest(FROM - 500 + n * (700_000 / requests), (n * 37) % 900, n % 50 === 0 ? 503 : 200)
  }
  for (let n = 0; n < 700; n += 1) {
    store.addPool(FROM + n * 1000, n % 13, 12)
    store.addProbe(FROM + n * 1000, {
      ok: n % 7 !== 0,
      latencyMs: n % 7 === 0 ? null : 4.5,
      reason: n % 7 === 0 ? 'target_timeout' : '',
    })
  }
  return store
}

function historyOf(): JournalState {
  return attemptEvents('r').reduce((state, event, index) => {
    const time = { wall: FROM + 1000 + index * 500, monotonic: index * 500, boot: 'a boot' }
    return apply(state, { seq: index + 1, id: `${index}`, time, event, previous_hash: '', hash: '' })
  }, emptyState)
}

function row(event: JournalRow['event'], seq: number): JournalRow {
  const time = { wall: FROM + seq, monotonic: seq, boot: 'a boot' }
  return { seq, id: `id-${seq}`, time, event, previous_hash: 'p', hash: 'h' }
}

async function inputOf(change: Partial<BundleInput> = {}): Promise<BundleInput> {
  const raw = storeOf(5000).between(FROM, TO)
  return {
    window: { from: FROM, to: TO },
    now: TO + 5000,
    health: {
      status: 'healthy',
      checked_at: '2026-02-08T03:14:15.000Z',
      age_ms: 1,
      services: { target: 'ok' },
      degraded_reason: null,
      database_pool: null,
      circuit_breaker: null,
      system_memory: null,
      resilience: {
        policy_state: { state: 'allowed', retry_budget: 3, attempts_in_window: 0 },
        restart_churn: {},
        recovery_recommendation: { action: 'none', reason: 'healthy' },
      },
    } as unknown as Health,
    worker: {
      watchdog: { running: true },
      contract: { version: '2026.11.1' },
      restart_history: [],
    } as unknown as WorkerStatus,
    system: { agent: { pid: 1 } } as unknown as BundleInput['system'],
    journals: { watchdog: [], operators: null },
    settings: [{ key: 'port', value: 8787, source: 'preset' }],
    gaps: raw.gaps,
    raw: await rawDocument(raw, values),
    ...change,
  }
}

/** With the system's own tar, as whoever gets the file does. */
async function unpack(input: BundleInput): Promise<(name: string) => string> {
  const file = join(directory, 'bundle.tar.gz')
  writeFileSync(file, await buildBundle(input))
  execFileSync('tar', ['-xzf', file, '-C', directory])
  return (name) => readFileSync(join(directory, 'holdfast-bundle', name), 'utf8')
}

describe('the file', () => {
  test('AU4 every system can unpack it, its README first, and its manifest tells each file', async () => {
    const read = await unpack(await inputOf())
    const names = readdirSync(join(directory, 'holdfast-bundle')).toSorted()
    expect(names).toEqual(
      [
        'README.txt',
        'audit-operators.jsonl',
        'audit-watchdog.jsonl',
        'config.json',
        'decisions.json',
        'manifest.json',
        'raw.json',
        'status.json',
        'system.json',
      ].toSorted(),
    )
    const list = execFileSync('tar', ['-tzf', join(directory, 'bundle.tar.gz')], { encoding: 'utf8' })
    expect(list.split('\n')[0]).toBe('holdfast-bundle/README.txt')
    expect(read('README.txt')).toContain('healthy: The service is well.')
    const manifest = JSON.parse(read('manifest.json')) as {
      files: { name: string; sha256: string; bytes: number }[]
    }
    for (const { name, sha256, bytes } of manifest.files) {
      const content = read(name)
      expect(hash('sha256', content, 'hex'), name).toBe(sha256)
      expect(Buffer.byteLength(content)).toBe(bytes)
    }
    expect(manifest).toMatchObject({ journals_unreadable: ['operators'] })
    // README and manifest themselves: all others are in it.
    expect(manifest.files.map(({ name }) => name).toSorted()).toEqual(
      names.filter((name) => !['README.txt', 'manifest.json'].includes(name)),
    )
  })

  test.each([0, 1, 511, 512, 513, 100_000])('AU4 a part of %d bytes comes out as it went in', (size) => {
    const content = Buffer.from('x'.repeat(size))
    const file = join(directory, 'a.tar')
    writeFileSync(
      file,
      tarOf(
        [
          { name: 'a/part', content },
          { name: 'a/next', content: Buffer.from('n') },
        ],
        FROM,
      ),
    )
    execFileSync('tar', ['-xf', file, '-C', directory])
    expect(readFileSync(join(directory, 'a/part')).equals(content)).toBe(true)
    expect(readFileSync(join(directory, 'a/next'), 'utf8')).toBe('n')
  })
})

describe('the raw part', () => {
  interface Raw {
    window: { from: number; to: number }
    config: { policy: object }
    gaps: object[]
    requests: Record<string, number[]>
    pool: Record<string, number[]>
    probe: Record<string, unknown[]>
    restarts: Record<string, unknown[]>
  }

  async function rawOf(store: RawStore, from = FROM, to = TO): Promise<Raw> {
    const bytes = await rawDocument(store.between(from, to), values)
    // By the strict reader, which names column and index of what it refuses.
    expect(readRawFile(bytes.toString('utf8'))).toMatchObject({ ok: true })
    return JSON.parse(bytes.toString('utf8')) as Raw
  }

  test('METRICS it is a holdfast.raw/1 document: equal columns, ascending, of the window and no more', async () => {
    const document = await rawOf(storeOf(90_000))
    for (const section of [document.requests, document.pool, document.probe, document.restarts]) {
      const lengths = Object.values(section).map((column) => column.length)
      expect(new Set(lengths).size).toBe(1)
      expect(lengths[0]).toBeGreaterThan(0)
    }
    for (const { t = [] } of [document.requests, document.pool, document.probe as Record<string, number[]>]) {
      expect(
        t.every((at, index) => at >= FROM && at < TO && (index === 0 || at >= (t[index - 1] ?? 0))),
      ).toBe(true)
    }
    expect(document.requests.t).toHaveLength(
      Array.from({ length: 90_000 }, (_, n) => FROM - 500 + n * (700_000 / 90_000)).filter(
        (at) => at >= FROM && at < TO,
      ).length,
    )
    expect(document.window).toEqual({ from: FROM, to: TO })
    expect(document.config.policy).toEqual({
      cooldown_s: 60,
      retry_budget: 3,
      window_s: 600,
      churn_threshold: 3,
    })
  })

  test('METRICS a restart is not completed before it was requested, even when the clock was set back meanwhile', async () => {
    const [claimed, intent, outcome] = attemptEvents('r')
    const rows = [
      { event: claimed, wall: FROM, monotonic: 0 },
      { event: intent, wall: FROM, monotonic: 0 },
      { event: outcome, wall: FROM - 3_600_000, monotonic: 2000 },
    ]
    const history = rows.reduce((state, { event, wall, monotonic }, index) => {
      if (event === undefined) return state
      const time = { wall, monotonic, boot: 'a boot' }
      return apply(state, { seq: index + 1, id: `${index}`, time, event, previous_hash: '', hash: '' })
    }, emptyState)
    const bytes = await rawDocument(storeOf(10, { history }).between(FROM, TO), values)
    expect(readRawFile(bytes.toString())).toMatchObject({ ok: true })
    expect((JSON.parse(bytes.toString()) as Raw).restarts).toEqual({
      t_requested: [FROM],
      t_completed: [FROM + 2000],
      success: [true],
    })
  })

  test('IN3 what was before the agent, or is not held any more, is a gap', async () => {
    const late = await rawOf(storeOf(10, { startedAt: FROM + 60_000 }))
    expect(late.gaps).toContainEqual({
      stream: 'requests',
      from: FROM,
      to: FROM + 60_000,
      reason: 'before_agent_start',
    })
    const store = new RawStore({ epoch: '0000abcd', startedAt: FROM - 1, readRestarts: noRestarts })
    for (let n = 0; n < 10_100; n += 1) store.addPool(FROM + n, 1, 12)
    expect((await rawOf(store)).gaps).toEqual([
      { stream: 'pool', from: FROM, to: FROM + 100, reason: 'overwritten' },
    ])
  })

  test('AU4 an empty window is a document too', async () => {
    const document = await rawOf(storeOf(10), FROM - 10_000, FROM - 5000)
    expect(document.requests.t).toEqual([])
  })
})

test('AU4 every setting in it has its name: a field called key names what is beside it', async () => {
  const read = await unpack(await inputOf())
  expect(JSON.parse(read('config.json'))).toEqual([{ key: 'port', value: 8787, source: 'preset' }])
})

describe('secrets', () => {
  const SECRETS = ['hunter2', 'opensesame', 's3cr3t', 'abc123token', 'dbpass']

  test('AU5 none of them reaches any file of the bundle', async () => {
    const claimed = {
      user: 'ops',
      password: 'hunter2',
      nested: { api_key: 'opensesame', list: [{ token: 'abc123token' }] },
      note: 'see postgres://ops:dbpass@db/x',
    }
    const ask = {
      request_id: 'r',
      source: 'manual' as const,
      rung: 'reload' as const,
      override: {
        acknowledged: true,
        reason: 'password=hunter2, Authorization: Bearer abc123token',
        passes: [],
      },
      claimed,
      actor: { name: 'local:ops', ip: null },
    }
    const rows = [
      row({ type: 'request_recorded', ask }, 1),
      row({ type: 'paused', actor: ask.actor, reason: 'secret: s3cr3t', until: null }, 2),
    ]
    const worker = {
      watchdog: { running: true },
      contract: { version: '1' },
      restart_history: [{ override_reason: 'token=abc123token', detail: 'http://a:dbpass@host/' }],
    } as unknown as WorkerStatus
    await unpack(
      await inputOf({
        worker,
        journals: { watchdog: rows, operators: rows },
        settings: [{ key: 'x', value: 'amqp://u:dbpass@mq', source: 'file' }],
      }),
    )
    const all = readdirSync(join(directory, 'holdfast-bundle'))
      .map((name) => readFileSync(join(directory, 'holdfast-bundle', name), 'utf8'))
      .join('\n')
    for (const secret of SECRETS) expect(all).not.toContain(secret)
    expect(all).toContain('local:ops')
  })
})
