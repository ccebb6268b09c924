/** What the demonstration shows really happens: shared by both targets, told by what a client sees. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LoadGenerator } from '#agent/demo/load-generator.ts'
import { CALM_LOAD } from '#agent/demo/load-profile.ts'
import { systemClock } from '#agent/system/clock.ts'
import { DemoGround, DemoRun, TARGETS } from './support/demo.ts'
import { isAlive, rssBytes, workersOf } from './support/processes.ts'
import { waitFor } from './support/wait.ts'

let ground: DemoGround
let run: DemoRun
let uncachedReport = 100_000

describe.each(TARGETS)('the %s target', (kind) => {
  beforeAll(async () => {
    ground = await DemoGround.open()
    run = new DemoRun(ground.arguments(kind, 'calm'), { HOLDFAST_DEMO_BREAKER_OPEN_SECONDS: '1.5' })
    expect(await run.event('ready')).toMatchObject({ targetKind: kind, masterPid: ground.masterPid })
    // Ready means that it answers; the state that the tests start from has all workers.
    await waitFor('four workers', async () => (await ground.health()).system_memory?.worker_count === 4)
  })

  afterAll(async () => {
    await run.stop()
    await ground.close()
  })

  test('IN1 each request is told to statsd in three datagrams, exactly as gunicorn tells it', async () => {
    await waitFor('telemetry of a dozen requests', () => ground.datagrams.length >= 36)
    const forms = [
      /^gunicorn\.request\.duration:\d+\.\d{1,3}\|ms$/,
      /^gunicorn\.requests:1\|c\|@1\.0$/,
      /^gunicorn\.request\.status\.\d{3}:1\|c\|@1\.0$/,
      // Gauges of the master: the workers, and in later versions more.
      /^gunicorn\.\w+:\d+\|g$/,
    ]
    const strange = ground.datagrams.filter((datagram) => !forms.some((form) => form.test(datagram)))
    expect(strange).toEqual([])
    const count = (form: RegExp) => ground.datagrams.filter((datagram) => form.test(datagram)).length
    expect(count(/^gunicorn\.workers:4\|g$/)).toBeGreaterThan(0)
    expect(Math.abs(count(/duration/) - count(/\.requests/))).toBeLessThanOrEqual(4)
    // Of any status: a busy machine's calm target may be late with another service, and say so.
    expect(Math.abs(count(/duration/) - count(/\.status\.\d{3}/))).toBeLessThanOrEqual(4)
  })

  test('OB1 a calm target is healthy, and its health counts what its cache did', async () => {
    const first = await waitFor('cache traffic', async () => {
      const health = await ground.health()
      return (health.route_cache?.misses ?? 0) > 5 && health
    })
    expect(first).toMatchObject({ status: 'healthy', degraded_reason: null, warnings: [], errors: [] })
    expect(first.services).toEqual({ database: 'ok', pricing: 'ok', cache: 'ok' })
    const hits = ({ route_cache: cache }: typeof first) => (cache?.l1_hits ?? 0) + (cache?.l2_hits ?? 0)
    for (let again = 0; again < 200; again += 1) await ground.get('/reports/5')
    // Ten are spared for entries that ran out meanwhile. The Node target's workers tell their hits to the master, so
    // another worker's answer may be a moment behind; the calm load alone would need some twenty seconds for these.
    await waitFor('the hits in the health', async () => hits(await ground.health()) >= hits(first) + 190, {
      withinMs: 2_000,
    })
  })

  test('SIGHUP replaces every worker, and no request of the calm load fails', async () => {
    // Without quotes: they wait 800 ms for another service, which a machine that does much else passes.
    const profile = { ...CALM_LOAD, weights: { ...CALM_LOAD.weights, quote: 0 } }
    const load = new LoadGenerator({
      target: { host: '127.0.0.1', port: ground.port },
      profile,
      clock: systemClock,
      seed: 7,
    })
    const before = workersOf(ground.masterPid)
    const master = ground.masterPid
    load.start()
    await waitFor('requests under way', () => (load.outcomes.answered[200] ?? 0) > 20)
    process.kill(master, 'SIGHUP')
    await waitFor('four new workers', () => {
      const now = workersOf(master)
      return now.length === 4 && now.every((pid) => !before.includes(pid))
    })
    const atReplacement = load.outcomes.answered[200] ?? 0
    await waitFor('requests to the new ones', () => (load.outcomes.answered[200] ?? 0) > atReplacement + 40)
    const { answered, failed, timedOut, turnedAway } = load.outcomes
    load.stop()
    expect({ failed, timedOut, turnedAway }).toEqual({ failed: 0, timedOut: 0, turnedAway: 0 })
    expect(Object.keys(answered)).toEqual(['200'])
    expect(ground.masterPid).toBe(master)
    expect((await ground.health()).route_cache?.misses, 'counters outlive a reload').toBeGreaterThan(0)
  })

  test('SIGTTIN adds a worker, SIGTTOU takes the oldest away', async () => {
    const master = ground.masterPid
    const before = workersOf(master)
    process.kill(master, 'SIGTTIN')
    const five = await waitFor('five workers', async () => {
      const workers = workersOf(master)
      return workers.length === 5 && (await ground.health()).system_memory?.worker_count === 5 && workers
    })
    process.kill(master, 'SIGTTOU')
    await waitFor('four workers', () => workersOf(master).length === 4)
    const gone = before.filter((pid) => !isAlive(pid))
    expect(gone).toHaveLength(1)
    expect(workersOf(master)).toEqual(five.filter((pid) => pid !== gone[0]))
  })

  test('slow readers exhaust the pool: all is checked out, requests are refused, health still answers', async () => {
    await ground.play('pool-exhaustion')
    const full = await waitFor('an exhausted pool', async () => {
      const health = await ground.health()
      return health.database_pool?.state.saturation === 1 && health
    })
    expect(full.database_pool?.state).toMatchObject({ checked_out: 12, max_capacity: 12 })
    expect(full).toMatchObject({ status: 'degraded', degraded_reason: 'pool_saturated' })

    const refused = await waitFor('a refused request', async () => {
      const answer = await ground.get(`/reports/${(uncachedReport += 1)}`)
      return answer.status === 503 && answer
    })
    expect(refused.retryAfter).toBe('2')
    expect(JSON.parse(refused.body)).toMatchObject({ status: 503, code: 'pool_exhausted' })
    // It waits for no connection: whoever does is refused after this time.
    const waitMs = (full.database_pool?.runtime?.pool_timeout_seconds ?? 0) * 1000
    expect(await medianHealthMs()).toBeLessThan(waitMs / 2)

    await ground.play('calm')
    await waitFor('a pool with room', async () => {
      const health = await ground.health()
      return (health.database_pool?.state.saturation ?? 1) < 0.5 && health.status === 'healthy'
    })
    expect(await ground.get(`/reports/${(uncachedReport += 1)}`)).toMatchObject({ status: 200 })
  })

  test('a dead dependency opens the breaker: quotes fail fast, tries are made, and it closes again', async () => {
    await ground.play('dependency-down')
    await waitFor('an open breaker', async () => (await ground.health()).circuit_breaker?.state === 'OPEN')
    const refused = await waitFor('a fast refusal', async () => {
      const answer = await ground.get('/quotes/1')
      return answer.status === 503 && answer
    })
    expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1)
    expect(Number(refused.retryAfter)).toBeLessThanOrEqual(2)
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'circuit_open' })
    expect(await ground.health()).toMatchObject({ status: 'degraded', degraded_reason: 'circuit_open' })

    // A try that fails opens it for the whole time again: the remaining time goes up.
    let lowest = Number.POSITIVE_INFINITY
    await waitFor('a failed try', async () => {
      const { circuit_breaker: breaker } = await ground.health()
      const remaining = breaker?.retry_after_seconds ?? 0
      lowest = Math.min(lowest, remaining)
      return breaker?.state === 'OPEN' && remaining > lowest + 0.5
    })

    await ground.play('calm')
    await waitFor('a closed breaker', async () => (await ground.health()).circuit_breaker?.state === 'CLOSED')
    expect(await ground.get('/quotes/1')).toMatchObject({ status: 200 })
  })

  test('a crash loop: the workers left go on serving, new ones die, and all return when it ends', async () => {
    const master = ground.masterPid
    const before = workersOf(master)
    await ground.play('crash-loop')
    await waitFor('two workers dead', () => before.filter(isAlive).length === 2)
    const newcomers = new Set<number>()
    await waitFor(
      'three replacements that came and died',
      async () => {
        for (const pid of workersOf(master)) if (!before.includes(pid)) newcomers.add(pid)
        expect(await ground.get('/')).toMatchObject({ status: 200 })
        return [...newcomers].filter((pid) => !isAlive(pid)).length >= 3
      },
      { everyMs: 5 },
    )
    expect(before.filter(isAlive)).toHaveLength(2)
    expect(await ground.health(), 'what dies at boot is no worker').toMatchObject({
      status: 'degraded',
      degraded_reason: 'workers_missing',
      system_memory: { worker_count: 2 },
    })

    await ground.play('calm')
    const now = await waitFor('four lasting workers', async () => {
      const health = await ground.health()
      const workers = workersOf(master)
      return health.system_memory?.worker_count === 4 && workers.length === 4 && workers
    })
    expect(now.filter((pid) => before.includes(pid))).toHaveLength(2)
    expect(ground.masterPid).toBe(master)
  })

  test('a leak makes the workers grow, in the process table as in the health payload', async () => {
    const rss = () => workersOf(ground.masterPid).reduce((sum, pid) => sum + rssBytes(pid), 0)
    const before = rss()
    await ground.play('leak')
    await waitFor('24 MiB more', () => rss() > before + 24 * 1024 * 1024)
    expect((await ground.health()).system_memory?.workers_rss_bytes).toBeGreaterThan(
      before + 20 * 1024 * 1024,
    )
    await ground.play('calm')
  })
})

async function medianHealthMs(): Promise<number> {
  const times: number[] = []
  for (let look = 0; look < 11; look += 1) {
    const startedMs = performance.now()
    await ground.get('/health')
    times.push(performance.now() - startedMs)
  }
  return times.toSorted((a, b) => a - b)[5] ?? Number.POSITIVE_INFINITY
}
