/** OB4, AU5: what an administrator sees of the agent itself, and that nobody else does. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AccessDesk } from '#agent/access/access-desk.ts'
import { buildServer } from '#agent/api/server.ts'
import { configViewOf } from '#agent/settings/config-view.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import type { Role } from '#domain/access/roles.ts'
import { sessionList, userList, type ConfigView } from '#domain/schemas/admin-view.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY, LIMITS } from './agent-parts.ts'

const PASSWORD = 'correct horse battery'

let clock: ManualClock
let ground: AccessGround
let access: AccessDesk
let app: FastifyInstance
let origin: string
let directory: string
let config: ConfigView

beforeEach(async () => {
  clock = new ManualClock()
  ground = new AccessGround(clock)
  access = ground.open()
  directory = mkdtempSync(join(tmpdir(), 'holdfast-admin-'))
  config = configViewOf(loadSettings({ HOLDFAST_STATE_DIR: directory }))
  app = await buildServer({
    ...bareParts(clock),
    access,
    config: () => config,
    publicOrigins: [],
    consoleDirectory: directory,
  })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  ground.remove()
  rmSync(directory, { recursive: true, force: true })
})

async function tokenOf(role: Role): Promise<string> {
  return (await access.createToken({ name: role, role, expires_at: null }, BY)).token
}

async function signIn(name: string, role: Role, address = '192.0.2.7') {
  await ground.addAccount(access, name, role, PASSWORD)
  return access.signIn({ username: name, password: PASSWORD, address })
}

function ask(path: string, token: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return fetch(`${origin}/admin/api/${path}`, {
    headers,
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
}

const dataOf = async (answer: Response) => ((await answer.json()) as { data: unknown }).data

test.each(['users', 'sessions', 'config'])('SE5 %s is for administrators alone', async (path) => {
  for (const role of ['viewer', 'operator'] as const) {
    expect((await ask(path, await tokenOf(role))).status).toBe(403)
  }
  expect((await ask(path, await tokenOf('admin'))).status).toBe(200)
})

test('SE5 nobody else ends a session', async () => {
  const { secret } = await signIn('ops', 'operator')
  const [{ id } = { id: '' }] = access.sessions()
  expect((await ask('sessions/end', await tokenOf('operator'), { id })).status).toBe(403)
  expect(access.session(secret)).not.toBeNull()
})

test('OB4 accounts and tokens are told, and nothing that lets in', async () => {
  await signIn('ops', 'operator')
  const token = await tokenOf('admin')
  const text = await (await ask('users', token)).text()
  const { accounts, tokens } = userList.parse((JSON.parse(text) as { data: unknown }).data)
  expect(accounts.map(({ name, role }) => [name, role])).toEqual([['ops', 'operator']])
  expect(tokens.map(({ name }) => name)).toEqual(['admin'])
  expect(text).not.toContain(token)
  expect(text).not.toMatch(/scrypt|salt|sha256/)
})

test('OB4 a session tells since when and from where, whose it is, and which one asks', async () => {
  const { secret } = await signIn('boss', 'admin', '192.0.2.9')
  const began = clock.wallNow()
  clock.pass(60_000)
  const other = await signIn('ops', 'operator')
  clock.pass(1_000)
  const named = await fetch(`${origin}/admin/api/sessions`, {
    headers: { cookie: `holdfast_${new URL(origin).port}=${secret}` },
  })
  const text = await named.text()
  const { sessions } = sessionList.parse((JSON.parse(text) as { data: unknown }).data)
  expect(sessions.map(({ user, role, address, own }) => [user, role, address, own])).toEqual([
    ['ops', 'operator', '192.0.2.7', false],
    ['boss', 'admin', '192.0.2.9', true],
  ])
  expect(sessions[1]).toMatchObject({
    began_at: began,
    seen_at: began + 61_000,
    ends_at: began + LIMITS.longestMs,
  })
  expect(text).not.toContain(secret)
  expect(text).not.toContain(other.secret)
})

test('AU1 who is put out is out at once, and it is on record', async () => {
  const { secret } = await signIn('ops', 'operator')
  const [{ id } = { id: '' }] = access.sessions()
  const token = await tokenOf('admin')
  expect(await dataOf(await ask('sessions/end', token, { id }))).toEqual({ ended: true, by: 'token:admin' })
  expect(access.session(secret)).toBeNull()
  expect(ground.said.at(-1)).toMatchObject({
    type: 'session_ended',
    actor: { name: 'token:admin' },
    holder: 'user:ops',
    address: '192.0.2.7',
  })
  const rows = ground.said.length
  expect(await dataOf(await ask('sessions/end', token, { id }))).toEqual({ ended: false, by: 'token:admin' })
  expect(ground.said).toHaveLength(rows)
})

test.each([{}, { id: '' }, { id: 'x'.repeat(65) }, { id: 7 }, { id: 'x', more: 1 }])(
  'BI1 %j ends nothing',
  async (body) => {
    const { secret } = await signIn('ops', 'operator')
    expect((await ask('sessions/end', await tokenOf('admin'), body)).status).toBe(400)
    expect(access.session(secret)).not.toBeNull()
  },
)

test('OB4 each setting says its value and who said so; what is secret is masked', async () => {
  config = configViewOf(
    loadSettings({
      HOLDFAST_STATE_DIR: directory,
      HOLDFAST_TARGET_ERROR_LOG: '/var/log/app?password=hunter2secret',
      WORKER_RESTART_COOLDOWN: '90',
    }),
  )
  const text = await (await ask('config', await tokenOf('admin'))).text()
  const { settings } = (JSON.parse(text) as { data: ConfigView }).data
  const named = (key: string) => settings.find((row) => row.key === key)
  expect(named('policy.cooldown_s')).toMatchObject({
    value: '90',
    source: 'env WORKER_RESTART_COOLDOWN',
  })
  expect(named('state_dir')).toMatchObject({ value: directory, source: 'env HOLDFAST_STATE_DIR' })
  expect(named('port')).toMatchObject({ source: 'preset' })
  expect(text).not.toContain('hunter2secret')
})
