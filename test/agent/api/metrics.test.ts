/** SE5: who may read `/metrics`, and how often what it says is gathered. */
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFromThisHost } from '#agent/api/plugins/from-this-host.ts'
import { buildServer } from '#agent/api/server.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'

let clock: ManualClock
let ground: AccessGround
let directory: string
let app: FastifyInstance
let port: number
let gathered: number
let fails: boolean
let viewer: { authorization: string }

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  gathered = 0
  fails = false
  const access = ground.open()
  const { token } = await access.createToken({ name: 'prometheus', role: 'viewer', expires_at: null }, BY)
  viewer = { authorization: `Bearer ${token}` }
  app = await buildServer({
    ...bareParts(clock),
    metrics: async () => {
      gathered += 1
      if (fails) throw new Error('not now')
      return `holdfast_gathered ${gathered}\n`
    },
    access,
    publicOrigins: ['https://ops.example.org'],
    consoleDirectory: directory,
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
})
afterEach(async () => {
  await app.close()
  ground.remove()
  rmSync(directory, { recursive: true, force: true })
})

function ask(
  headers: Record<string, string> = {},
  path = '/metrics',
): Promise<{ status: number; type: string; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; type: string; body: string }>()
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
    let body = ''
    response.on('data', (chunk: Buffer) => (body += chunk.toString()))
    response.on('end', () =>
      resolve({ status: response.statusCode ?? 0, type: String(response.headers['content-type']), body }),
    )
  })
  asked.on('error', reject)
  asked.end()
  return promise
}

test('SE5 from this host it is open, in the form that Prometheus reads', async () => {
  expect(await ask()).toEqual({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: 'holdfast_gathered 1\n',
  })
})

test.each([
  ['x-forwarded-for', '127.0.0.1'],
  ['x-forwarded-host', 'localhost'],
  ['x-real-ip', '127.0.0.1'],
  ['forwarded', 'for=127.0.0.1'],
  ['via', '1.1 proxy'],
  ['host', 'ops.example.org'],
])('SE5 what a proxy hands on is not from this host: %s', async (name, value) => {
  expect((await ask({ [name]: value })).status).toBe(401)
  expect((await ask({ [name]: value, ...viewer })).status).toBe(200)
})

test('SE5 another address of this host is as far away as any', () => {
  const from = (remoteAddress: string, host = '127.0.0.1:8787') =>
    isFromThisHost({ socket: { remoteAddress }, raw: { headers: { host } } } as never)
  expect(['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'].map((address) => from(address))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['10.0.0.4', '::ffff:10.0.0.4', '1.127.0.0.1', ''].map((address) => from(address))).toEqual([
    false,
    false,
    false,
    false,
  ])
  expect(from('::1', '[::1]:8787')).toBe(true)
  expect(from('127.0.0.1', '127.0.0.1.example.org:8787')).toBe(false)
})

test('SE5 no page of another site reads it, and nothing else is open by being here', async () => {
  expect((await ask({ origin: 'http://evil.example' })).status).toBe(403)
  expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask({}, '/admin/api/system-status')).status).toBe(401)
})

test('OB5 a storm of scrapes gathers once a second', async () => {
  await Promise.all(Array.from({ length: 20 }, () => ask()))
  expect(gathered).toBe(1)
  clock.pass(1_000)
  expect((await ask()).body).toBe('holdfast_gathered 2\n')
})

test('OB5 a failure is not kept', async () => {
  fails = true
  expect((await ask()).status).toBe(500)
  fails = false
  expect((await ask()).status).toBe(200)
})
