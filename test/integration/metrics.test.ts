/** OB6: what the agent says to Prometheus, by Prometheus' own tools, and the alerts that are made of it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

const RULES = join(ROOT, 'deploy/alerts/holdfast.rules.yml')
const RULES_TEST = join(ROOT, 'deploy/alerts/holdfast.rules.test.yml')

/** What nobody may read without signing in (OB1). */
const CANARY = 'hunter2-canary'

let place: Scratch
let agent: Run
let target: Server
let exposition: string

beforeAll(async () => {
  place = scratch()
  target = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(
      JSON.stringify({
        status: 'degraded',
        degraded_reason: `${CANARY} in /srv/${CANARY}`,
        database_pool: {
          runtime: { max_capacity: 20 },
          state: { checked_out: 19, max_capacity: 20, saturation: 0.95 },
        },
        circuit_breaker: { state: 'HALF_OPEN' },
        system_memory: { workers_rss_bytes: 123_456_789, worker_count: 4 },
        errors: [CANARY],
      }),
    )
  })
  await new Promise<void>((listening) => target.listen(0, '127.0.0.1', listening))
  agent = run(['tools/holdfast.mjs', 'serve'], {
    ...place.env,
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_PROBE_INTERVAL_S: '0.05',
    HOLDFAST_TARGET_HEALTH_URL: `http://127.0.0.1:${(target.address() as AddressInfo).port}/health`,
  })
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  const { url } = JSON.parse(line) as { url: string }
  exposition = await until('three probes saw the full pool', async () => {
    const text = await (await fetch(new URL('metrics', url))).text()
    return /^holdfast_database_pool_breach_runs_total 1$/m.test(text) && text
  })
})
afterAll(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  target.close()
  place.remove()
})

function promtool(args: readonly string[], input = ''): { status: number | null; said: string } {
  const { status, stdout, stderr, error } = spawnSync('promtool', args, { input, encoding: 'utf8' })
  return { status, said: `${stdout}${stderr}${error ?? ''}` }
}

test('OB6 promtool finds nothing to say against what the agent serves', () => {
  expect(promtool(['check', 'metrics'], exposition)).toEqual({ status: 0, said: '' })
})

test.each([
  'holdfast_target_degraded 1',
  'holdfast_target_status{status="degraded"} 1',
  'holdfast_target_status{status="healthy"} 0',
  'holdfast_database_pool_saturation_ratio 0.95',
  'holdfast_circuit_breaker_state{state="HALF_OPEN"} 1',
  'holdfast_target_workers_resident_memory_bytes 123456789',
  'holdfast_guard_latched 0',
  'holdfast_history_readable 1',
  'holdfast_restart_attempts_in_window 0',
  'holdfast_restart_attempts_recent 0',
  'holdfast_restart_window_seconds 600',
  'holdfast_restarts_total{outcome="verified"} 0',
  'holdfast_contract_valid 1',
  'holdfast_watchdog_running 0',
  'holdfast_intake_dropped_total{reason="malformed"} 0',
  'holdfast_archive_failing 0',
])('OB6 it says %s', (line) => {
  expect(exposition.split('\n')).toContain(line)
})

test('OB6 what is not known has no sample, and every series has its help and type', () => {
  expect(exposition).not.toMatch(/^holdfast_target_workers /m)
  expect(exposition).toContain('# TYPE holdfast_target_workers gauge')
  const names = new Set([...exposition.matchAll(/^(holdfast_\w+)/gm)].map(([, name]) => name))
  for (const name of names)
    expect(exposition).toMatch(new RegExp(`^# HELP ${name} .+\\n# TYPE ${name} `, 'm'))
})

test('OB1 there is no path, user or typed reason in it', () => {
  expect(exposition).not.toContain(CANARY)
  expect(exposition).not.toContain(place.directory)
})

test('OB6 the shipped rules are clean, and each alert fires and keeps quiet when it should', () => {
  expect(promtool(['check', 'rules', RULES])).toMatchObject({ status: 0 })
  expect(promtool(['test', 'rules', RULES_TEST])).toMatchObject({ status: 0 })
})

test('OB6 each alert has a test that fires and one that does not', () => {
  const alerts = [...readFileSync(RULES, 'utf8').matchAll(/- alert: (\w+)/g)].map(([, name]) => name)
  const cases = [...readFileSync(RULES_TEST, 'utf8').matchAll(/alertname: (\w+)\n\s+exp_alerts:( \[\])?/g)]
  const casesOf = (isQuiet: boolean) =>
    new Set(cases.filter(([, , quiet]) => (quiet !== undefined) === isQuiet).map(([, name]) => name))
  expect(alerts.length).toBeGreaterThan(4)
  expect(casesOf(false)).toEqual(new Set(alerts))
  expect(casesOf(true)).toEqual(new Set(alerts))
})

test('OB6 the rules ask for no series that the agent does not serve', () => {
  const asked = new Set(readFileSync(RULES, 'utf8').match(/holdfast_[a-z\d_]+/g))
  expect(asked.size).toBeGreaterThan(7)
  for (const name of asked) expect(exposition).toContain(`# TYPE ${name} `)
})
