/** The shipped server block in a real nginx, in front of the real agent. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freeTcpPort } from '#agent/start/free-port.ts'
import { ROOT, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { signIn, withAdmin } from '../support/signed-in.ts'
import { until } from '../support/until.ts'

let place: Scratch
let agent: Run
let nginx: ChildProcess
let front: string

beforeEach(async () => {
  place = scratch()
  const [frontPort, agentPort] = [await freeTcpPort(), await freeTcpPort()]
  front = `http://127.0.0.1:${frontPort}`
  agent = run(['tools/holdfast.mjs', 'serve'], {
    ...withAdmin(place),
    HOLDFAST_PORT: String(agentPort),
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_PUBLIC_ORIGINS: front,
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  })
  const server = readFileSync(join(ROOT, 'nginx/holdfast.conf'), 'utf8')
    .replace('127.0.0.1:8780', `127.0.0.1:${frontPort}`)
    .replace('127.0.0.1:8787', `127.0.0.1:${agentPort}`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${place.directory}/${name};`,
  )
  const configuration = `daemon off; pid ${place.directory}/nginx.pid; error_log stderr;
    events {} http { access_log off; ${temporary.join(' ')} ${server} }`
  mkdirSync(join(place.directory, 'logs'))
  writeFileSync(join(place.directory, 'nginx.conf'), configuration)
  nginx = spawn(
    '/usr/sbin/nginx',
    ['-p', place.directory, '-c', join(place.directory, 'nginx.conf'), '-e', 'stderr'],
    {
      stdio: 'ignore',
    },
  )
  await until(
    'nginx and agent answer',
    async () => (await fetch(`${front}/livez`).catch(() => null))?.status === 200,
  )
})
afterEach(async () => {
  for (const child of [nginx, agent.process]) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  place.remove()
})

test('the console, its deep links and the API pass through, with the agent’s headers untouched', async () => {
  for (const path of ['/', '/deep/link']) {
    const answer = await fetch(`${front}${path}`, { headers: { accept: 'text/html' } })
    expect(answer.status, path).toBe(200)
    expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  }
  const read = await signIn(front)
  const raw = await read('admin/api/raw/requests')
  expect(await raw.json()).toMatchObject({ success: true, data: { format: 'holdfast.raw/1' } })
})

test('SE4 another host name than the configured origin stops at the agent', async () => {
  const { hostname, port } = new URL(front)
  const answer = await fetch(`http://localhost:${port}/livez`)
  expect({ hostname, status: answer.status }).toEqual({ hostname: '127.0.0.1', status: 421 })
})

test('SE5 what nginx hands on is not from this host, whatever Host it names', async () => {
  const { port } = new URL(front)
  const agentHost = await until(
    'the agent says where it listens',
    () => /"url":"http:\/\/(127\.0\.0\.1:\d+)\//.exec(agent.stderr())?.[1],
  )
  expect((await fetch(`http://${agentHost}/metrics`)).status).toBe(200)
  for (const host of [agentHost, `127.0.0.1:${port}`]) {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
    request({ host: '127.0.0.1', port, path: '/metrics', headers: { host }, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
      .on('error', reject)
      .end()
    expect(await promise).toBe(401)
  }
})
