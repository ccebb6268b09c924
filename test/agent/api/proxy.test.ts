/** SE6: a proxy that signs people in is believed by its address and its secret together, and nobody else is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { TrustedProxy } from '#agent/access/trusted-proxy.ts'
import { buildServer } from '#agent/api/server.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts } from './agent-parts.ts'

const SECRET = 'a line that only the proxy and the agent know'
const BY_PROXY = {
  'x-holdfast-proxy-secret': SECRET,
  'x-holdfast-user': 'kim@example.org',
  'x-holdfast-role': 'operator',
}

let ground: AccessGround
let app: FastifyInstance
let port: number
let directory: string
let actors: unknown[]

async function serve(proxy: TrustedProxy): Promise<void> {
  const clock = new ManualClock()
  const bare = bareParts(clock)
  app = await buildServer({
    ...bare,
    proxy,
    access: ground.open(),
    publicOrigins: [],
    consoleDirectory: directory,
    worker: {
      ...bare.worker,
      pause: async ({ actor }) => {
        actors.push(actor)
        return {
          recorded: true,
          event_id: '1',
          by: actor.name,
          replayed: false,
          until: null,
          new_history: false,
        }
      },
    },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = (app.server.address() as AddressInfo).port
}

beforeEach(async () => {
  ground = new AccessGround(new ManualClock())
  directory = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  writeFileSync(join(directory, 'index.html'), '<html><head></head></html>')
  actors = []
  await serve(new TrustedProxy({ addresses: ['127.0.0.1'], secret: SECRET }))
})
afterEach(async () => {
  await app.close()
  rmSync(directory, { recursive: true, force: true })
  ground.remove()
})

type Headers = Record<string, string | string[]>

interface Answer {
  readonly status: number
  readonly data: { user: string; role: string; csrf_token: string; ends_at: unknown }
}

/** Over a real connection, from a loopback address of its own. */
function ask(method: string, path: string, headers: Headers, localAddress: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const asked = request(
    { host: '127.0.0.1', port, localAddress, method, path, headers, agent: false },
    (answer) => {
      let text = ''
      answer.on('data', (part: Buffer) => (text += part.toString()))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, data: JSON.parse(text).data }))
    },
  )
  asked.on('error', reject)
  asked.end(method === 'POST' ? JSON.stringify({ reason: 'deploy' }) : undefined)
  return promise
}

const session = (headers: Headers, from = '127.0.0.1') => ask('GET', '/admin/api/session', headers, from)
const pause = (headers: Headers) =>
  ask('POST', '/admin/api/worker/pause', { 'content-type': 'application/json', ...headers }, '127.0.0.1')
const csrfOf = async (headers: Headers) => (await session(headers)).data.csrf_token

describe('by its address and its secret', () => {
  test('the proxy says who asks, and with which role', async () => {
    const { data } = await session(BY_PROXY)
    expect(data).toMatchObject({ user: 'kim@example.org', role: 'operator', ends_at: null })
  })

  test('a change needs the CSRF token, and is recorded as the proxy’s user, from where the proxy has seen it', async () => {
    const csrf = await csrfOf(BY_PROXY)
    const from = { 'x-forwarded-for': '203.0.113.9, 10.0.0.4' }
    expect((await pause({ ...BY_PROXY, ...from })).status).toBe(403)
    expect((await pause({ ...BY_PROXY, ...from, 'x-csrf-token': csrf })).status).toBe(200)
    expect(actors).toEqual([{ name: 'proxy:kim@example.org', ip: '10.0.0.4' }])
  })

  test('the CSRF token of one user is none for another', async () => {
    const csrf = await csrfOf(BY_PROXY)
    const other = { ...BY_PROXY, 'x-holdfast-user': 'sam' }
    expect((await pause({ ...other, 'x-csrf-token': csrf })).status).toBe(403)
  })
})

describe('nobody is let in', () => {
  test.each<[string, Headers]>([
    ['without the secret', { ...BY_PROXY, 'x-holdfast-proxy-secret': '' }],
    ['with another secret', { ...BY_PROXY, 'x-holdfast-proxy-secret': `${SECRET}.` }],
    ['with the secret twice', { ...BY_PROXY, 'x-holdfast-proxy-secret': [SECRET, SECRET] }],
    ['without a role', { ...BY_PROXY, 'x-holdfast-role': '' }],
    ['with a role that there is not', { ...BY_PROXY, 'x-holdfast-role': 'root' }],
    ['without a user', { ...BY_PROXY, 'x-holdfast-user': '' }],
    ['with two users', { ...BY_PROXY, 'x-holdfast-user': ['kim', 'sam'] }],
    ['with a user that turns the line around', { ...BY_PROXY, 'x-holdfast-user': 'kim\u00ad' }],
  ])('%s', async (_what, headers) => {
    expect((await session(headers)).status).toBe(401)
  })

  test('from another address', async () => {
    expect((await session(BY_PROXY, '127.0.0.2')).status).toBe(401)
  })

  test('where no proxy is configured', async () => {
    await app.close()
    await serve(new TrustedProxy(null))
    expect((await session(BY_PROXY)).status).toBe(401)
  })
})

test('SE3 an address that anybody else tells is not believed', async () => {
  const { token } = await ground
    .open()
    .createToken({ name: 'ci', role: 'operator', expires_at: null }, { name: 'local:root', ip: null })
  await app.close()
  await serve(new TrustedProxy({ addresses: ['127.0.0.1'], secret: SECRET }))
  await pause({ authorization: `Bearer ${token}`, 'x-forwarded-for': '203.0.113.9', forwarded: 'for=1' })
  expect(actors).toEqual([{ name: 'token:ci', ip: '127.0.0.1' }])
})
