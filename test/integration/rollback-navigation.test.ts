/** SH7: back by one command, seen from outside and measured, beside the agent as it ships. */
import { userInfo } from 'node:os'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { operatorJournalPath } from '#agent/store/journal-paths.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import type { NavigationReport } from '#domain/schemas/navigation-api.ts'
import type { RollbackReport } from '#domain/schemas/rollback-report.ts'
import { AGENT_PROGRAM, holdfast, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

const LIMIT_MS = 60_000

let place: Scratch
let agent: Run | null

beforeEach(() => {
  place = scratch()
  agent = null
})
afterEach(async () => {
  agent?.process.kill('SIGTERM')
  await agent?.ended
  place.remove()
})

async function serve(): Promise<void> {
  const started = run([AGENT_PROGRAM, 'serve'], { ...place.env, HOLDFAST_STATSD_PORT: '0' })
  agent = started
  await until('the agent listens', () => /statsd_port/.exec(started.stderr()))
}

async function rollback(env: Record<string, string> = {}) {
  const args = ['rollback', '--navigation', '--reason', 'blank page', '--json']
  const { code, stdout, stderr } = await holdfast(args, { ...place.env, ...env })
  if (stdout === '') throw new Error(stderr)
  return { code, stderr, ...(JSON.parse(stdout) as RollbackReport & { event_id: string | null }) }
}

const outcomes = ({ steps }: RollbackReport) =>
  Object.fromEntries(steps.map(({ name, outcome }) => [name, outcome]))

async function lastSaid() {
  const rows = await openJournalReader(operatorJournalPath(place.stateDir)).read(0, 1000)
  return rows.at(-1)?.event
}

test(
  'SH7 it engages, is seen from outside, measured, and recorded with its steps',
  { timeout: LIMIT_MS },
  async () => {
    await serve()
    const watchdog = run([AGENT_PROGRAM, 'watchdog'], place.env)
    await until('the watchdog is seen', async () =>
      (await holdfast(['status', '--json'], place.env)).stdout.includes('"running": true'),
    )
    const done = await rollback()
    watchdog.process.kill('SIGTERM')
    await watchdog.ended
    process.stdout.write(`rollback --navigation: ${done.took_ms} ms of ${done.target_ms} ms\n`)
    expect({ ...outcomes(done), code: done.code }).toMatchObject({
      code: 0,
      engage: 'done',
      classic_page: 'done',
      health: 'done',
      dry_run: 'done',
    })
    expect(done).toMatchObject({ success: true, target_ms: 30_000, parts: ['navigation'] })
    expect(await lastSaid()).toMatchObject({
      type: 'rolled_back',
      actor: { name: `local:${userInfo().username}` },
      reason: 'blank page',
      success: true,
      took_ms: done.took_ms,
    })
    const told = await until('the agent has read it', async () => {
      const { stdout } = await holdfast(['killswitch', 'status', '--json'], place.env)
      const { rollback: known } = JSON.parse(stdout) as Pick<NavigationReport, 'rollback'>
      return known.last === null ? undefined : known
    })
    const { took_ms, target_ms } = done
    const by = `local:${userInfo().username}`
    expect(told).toMatchObject({ target_ms, last: { by, success: true, took_ms, target_ms } })
  },
)

test(
  'SH7 without anybody who answers it is engaged all the same, and exits 5',
  { timeout: LIMIT_MS },
  async () => {
    const address = { HOLDFAST_ROLLBACK_URL: 'http://127.0.0.1:9/', HOLDFAST_ROLLBACK_TARGET_S: '1' }
    const done = await rollback(address)
    expect({ ...outcomes(done), code: done.code }).toMatchObject({
      code: 5,
      engage: 'done',
      classic_page: 'unreachable',
      health: 'unreachable',
    })
    expect(await lastSaid()).toMatchObject({ type: 'rolled_back', success: false })
  },
)

test(
  'SH7 without a watchdog a guarded restart is not usable, and that is told',
  { timeout: LIMIT_MS },
  async () => {
    await serve()
    const done = await rollback()
    expect({ ...outcomes(done), code: done.code }).toMatchObject({
      code: 1,
      health: 'done',
      dry_run: 'failed',
    })
  },
)

test('SH7 a reason is needed, and at most one part is named', { timeout: LIMIT_MS }, async () => {
  expect((await holdfast(['rollback', '--navigation'], place.env)).code).toBe(2)
  const both = ['rollback', '--navigation', '--release', '--reason', 'x']
  expect((await holdfast(both, place.env)).code).toBe(2)
})
