/** OB1: what `/health/deep` of the running agent says, and `/health` does not. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deepHealth, type DeepHealth } from '#domain/schemas/deep-health.ts'
import { run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
let agent: Run
let url: string
let deep: DeepHealth
let shallow: string

beforeAll(async () => {
  place = scratch()
  agent = run(['tools/holdfast.mjs', 'serve'], {
    ...withAdmin(place),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
    RUNTIME_CONTRACT_ENFORCE: 'false',
    RUNTIME_CONTRACT_VERSION: '1999.01.1',
  })
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  ;({ url } = JSON.parse(line) as { url: string })
  const word = {
    pid: 4242,
    start_ticks: 1,
    boot: 'an earlier one',
    at: Date.UTC(2026, 1, 8),
    state: 'guarded',
    problem: 'state_unreadable',
  }
  writeFileSync(join(place.runtimeDir, 'watchdog.json'), JSON.stringify(word))
  await until('the first probe is back', async () => (await fetch(new URL('readyz', url))).ok)
  const read = await signIn(url)
  deep = deepHealth.parse(await (await read('health/deep')).json())
  shallow = await (await fetch(new URL('health', url))).text()
})
afterAll(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  place.remove()
})

test('OB1 it is un-enveloped and says what /health says', () => {
  expect(deep).toMatchObject({ status: 'unhealthy', services: { target: 'unreachable' } })
  expect(deep.age_ms).toBeLessThanOrEqual(5_000)
})

test('OB1 it names the contract’s paths and whether each is there, and what disagrees', () => {
  const { valid, paths, drift } = deep.runtime_contract
  expect(valid).toBe(false)
  expect(paths).toContainEqual({ name: 'state_dir', path: place.stateDir, exists: true })
  expect(paths.find(({ name }) => name === 'restart_flag')?.exists).toBe(false)
  expect(drift).toEqual([expect.stringContaining('1999.01.1')])
})

test('OB1 it tells of journals, archive, intake and addresses', () => {
  expect(deep.journals.readable).toBe(true)
  expect(deep.journals.files).toEqual([
    { journal: 'watchdog', file: join(place.stateDir, 'watchdog.journal'), bytes: null, waiting: 0 },
    { journal: 'agent', file: join(place.stateDir, 'agent.journal'), bytes: expect.any(Number), waiting: 0 },
  ])
  expect(deep.archive.failing).toBe(false)
  expect(deep.intake).toMatchObject({ datagrams: 0, malformed: 0 })
  expect(deep.target).toMatchObject({ health_url: 'http://127.0.0.1:9/health', metrics_url: null })
})

test('OB1 the watchdog’s last word is told, though it is of an earlier life', () => {
  expect(deep.watchdog).toEqual({
    running: false,
    last_word: {
      said_at: '2026-02-08T00:00:00.000Z',
      state: 'guarded',
      problem: 'state_unreadable',
      target: null,
    },
  })
})

test('OB1 nothing of that is in /health', () => {
  expect(shallow).not.toContain(place.directory)
  expect(shallow).not.toContain('127.0.0.1:9')
  expect(shallow).not.toContain('1999.01.1')
})
