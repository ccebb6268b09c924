import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processesOf, readyUrl, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
const running: Run[] = []

beforeEach(() => {
  place = scratch()
})
afterEach(async () => {
  for (const { process: child, ended } of running.splice(0)) {
    child.kill('SIGTERM')
    await ended
  }
  for (const pid of await processesOf(place.directory)) process.kill(pid, 'SIGKILL')
  place.remove()
})

function start(env: Record<string, string> = {}, ...args: string[]): Run {
  const started = run(['tools/start.mjs', ...args], { ...place.env, ...env })
  running.push(started)
  return started
}

test('npm start answers with the console, live samples of a real gunicorn and a verdict', async () => {
  const url = await readyUrl(start({ ...withAdmin(place), HOLDFAST_STATSD_PORT: '0' }, '--scenario', 'calm'))
  const read = await signIn(url)
  expect(await (await fetch(url, { headers: { accept: 'text/html' } })).text()).toContain('<title>')
  const samples = await until('request samples', async () => {
    const answer = await read('admin/api/raw/requests?window_ms=60000')
    const { data } = (await answer.json()) as { data: { requests: { t: number[] } } }
    return data.requests.t.length > 10 && data.requests
  })
  expect(samples).toMatchObject({ status: expect.arrayContaining([200]) })
  const health = await until('the first probe', async () => {
    const told = (await (await fetch(new URL('health', url))).json()) as {
      status: string
      checked_at: string | null
    }
    return told.checked_at !== null && told
  })
  expect(health.status).toBe('healthy')
  const status = (await (await read('admin/api/system-status')).json()) as {
    data: { target: { worker_count: number }; demonstration: { target_kind: string } }
  }
  expect(status.data.demonstration.target_kind).toBe('gunicorn')
  expect(status.data.target.worker_count).toBe(4)
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s leaves no process, no port and no file outside the state directory',
  async (signal) => {
    const started = start({}, '--scenario', 'calm')
    const url = await readyUrl(started)
    started.process.kill(signal)
    expect(await started.ended).toBe(0)
    expect(await processesOf(place.directory)).toEqual([])
    await expect(fetch(url)).rejects.toThrow()
    expect(existsSync(place.runtimeDir)).toBe(false)
  },
)

test('SIGINT during the start ends it at once, not when the wait for readiness is over', async () => {
  const started = start({}, '--scenario', 'calm')
  const agentLog = join(place.stateDir, 'log/agent.log')
  await until('the first child', () => existsSync(agentLog))
  started.process.kill('SIGINT')
  const late = new Promise((tell) => setTimeout(tell, 20_000, 'it still runs'))
  expect(await Promise.race([started.ended, late])).toBe(0)
  expect(started.stdout()).toBe('')
  expect(await processesOf(place.directory)).toEqual([])
})

test('children end by themselves when their supervisor is killed', async () => {
  const started = start({}, '--scenario', 'calm')
  const url = await readyUrl(started)
  started.process.kill('SIGKILL')
  await until('no process left', async () => (await processesOf(place.directory)).length === 0)
  await expect(fetch(url)).rejects.toThrow()
})

test('a second start beside the first says which process holds the port', async () => {
  const url = new URL(await readyUrl(start({}, '--scenario', 'calm')))
  const other = scratch()
  const second = start({ ...other.env, HOLDFAST_PORT: url.port })
  expect(await second.ended).toBe(1)
  const holder = readFileSync(join(place.stateDir, 'log/agent.log'), 'utf8')
  expect(holder).toContain(url.port)
  expect(second.stderr()).toMatch(new RegExp(`port ${url.port} is held by process \\d+ \\(.*serve.*\\)`))
  expect(await processesOf(other.directory)).toEqual([])
  other.remove()
})

test('a second start of the same checkout says which process holds the port', async () => {
  const url = new URL(await readyUrl(start({}, '--scenario', 'calm')))
  const second = start({ HOLDFAST_PORT: url.port })
  expect(await second.ended).toBe(1)
  expect(second.stderr()).toMatch(new RegExp(`port ${url.port} is held by process \\d+ \\(.*serve.*\\)`))
  expect((await fetch(new URL('livez', url))).status).toBe(200)
})

test('a second start on the same state directory says who uses it, and leaves the first alone', async () => {
  const first = start({}, '--scenario', 'calm')
  const url = await readyUrl(first)
  const second = start()
  expect(await second.ended).toBe(1)
  expect(second.stderr()).toContain(`process ${first.process.pid} uses ${place.stateDir}`)
  expect((await fetch(new URL('livez', url))).status).toBe(200)
})

test('two starts with directories and ports of their own run side by side', async () => {
  const other = scratch()
  const urls = await Promise.all([
    readyUrl(start({}, '--scenario', 'calm')),
    readyUrl(start(other.env, '--scenario', 'calm')),
  ])
  for (const url of urls) expect((await fetch(new URL('livez', url))).status).toBe(200)
  expect(urls[0]).not.toBe(urls[1])
  other.remove()
})

test.each([
  ['HOLDFAST_PORT', 'eighty', 'HOLDFAST_PORT: expected a port'],
  ['HOLDFAST_STATE_DIR', '/proc/nowhere/state', 'the state directory /proc/nowhere/state cannot be written'],
  ['WATCHDOG_CHECK_INTERVAL', '-5', 'WATCHDOG_CHECK_INTERVAL: expected seconds'],
])('BI1 %s=%s ends at once, with one clear sentence', async (name, value, sentence) => {
  const started = start({ [name]: value })
  expect(await started.ended).not.toBe(0)
  expect(started.stderr()).toContain(sentence)
  expect(started.stderr()).not.toContain('    at ')
})

test('BI1 a configuration file with an unknown key and a wrong type names both', async () => {
  const file = join(place.directory, 'holdfast.json')
  writeFileSync(file, JSON.stringify({ prt: 1, statsd: { port: 'x' } }))
  const started = start({}, '--config', file)
  expect(await started.ended).toBe(2)
  expect(started.stderr()).toContain(`${file}: prt: expected a known key; did you mean "port"`)
  expect(started.stderr()).toContain(`${file}: statsd.port: expected a port`)
})

test('with a configuration of its own it runs beside a target that is not there, and says so', async () => {
  const file = join(place.directory, 'holdfast.json')
  writeFileSync(
    file,
    JSON.stringify({ target: { health_url: 'http://127.0.0.1:9/health' }, statsd: { port: 0 } }),
  )
  const url = await readyUrl(start({}, '--config', file))
  const answer = await until('a failed probe', async () => {
    const got = await fetch(new URL('health', url))
    return got.status === 503 && got
  })
  expect(await answer.json()).toMatchObject({ status: 'unhealthy', degraded_reason: 'target_unreachable' })
})
