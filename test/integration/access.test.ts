/** SE1, SE2, SE7: accounts, tokens and links with the commands that somebody types, beside the agent as it ships. */
import { spawn } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdfast, ROOT, run, scratch, type Run, type Scratch } from '../support/holdfast.ts'
import { until } from '../support/until.ts'

const ME = `local:${userInfo().username}`
const PASSWORD = 'typed into standard input'

let place: Scratch
let agent: Run
let url: string
const outputs: string[] = []

beforeAll(async () => {
  place = scratch()
  agent = run(['tools/holdfast.mjs', 'serve'], {
    ...place.env,
    HOLDFAST_STATSD_PORT: '0',
    HOLDFAST_TARGET_HEALTH_URL: 'http://127.0.0.1:9/health',
  })
  const line = await until('the agent listens', () => /\{.*statsd_port.*\}/.exec(agent.stderr())?.[0])
  ;({ url } = JSON.parse(line) as { url: string })
})
afterAll(async () => {
  agent.process.kill('SIGTERM')
  await agent.ended
  place.remove()
})

async function told<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await holdfast([...args, '--json'], place.env)
  outputs.push(stderr)
  expect(code, stderr).toBe(0)
  return JSON.parse(stdout) as T
}

/** With something on standard input, as from `pass ops |`. */
function typed(input: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | null; said: string }>()
  const env = { ...process.env, ...place.env }
  const child = spawn(process.execPath, ['tools/holdfast.mjs', ...args], { cwd: ROOT, env })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  child.on('close', (code) => resolve({ code, said }))
  child.stdin.end(input)
  return promise
}

function login(password: string): Promise<Response> {
  return fetch(new URL('admin/api/login', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ops', password }),
  })
}

const session = (headers: Record<string, string>) => fetch(new URL('admin/api/session', url), { headers })
const cookieOf = (answer: Response) => answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''

test('SE1 an account is added, signs in, gets another password, which ends its sessions, and is removed', async () => {
  const added = await typed(`${PASSWORD}\n`, 'user', 'add', 'ops', '--role', 'operator')
  expect(added).toEqual({ code: 0, said: expect.stringContaining(`added by ${ME}`) })
  expect(statSync(join(place.stateDir, 'access.json')).mode & 0o777).toBe(0o600)
  expect(await told('user', 'list')).toMatchObject({ accounts: [{ name: 'ops', role: 'operator' }] })
  const cookie = cookieOf(await login(PASSWORD))
  expect((await session({ cookie })).status).toBe(200)

  expect((await typed('another password', 'user', 'passwd', 'ops')).code).toBe(0)
  expect((await session({ cookie })).status).toBe(401)
  expect((await login(PASSWORD)).status).toBe(401)
  expect((await login('another password')).status).toBe(200)

  expect(await told('user', 'remove', 'ops')).toMatchObject({ removed: true, by: ME })
  expect((await login('another password')).status).toBe(401)
})

test('SE1 a token is told once, on standard output alone, and is good until it is revoked', async () => {
  const made = await holdfast(['token', 'create', 'ci', '--role', 'viewer', '--expires', '1h'], place.env)
  const token = made.stdout.trim()
  expect(token).toMatch(/^holdfast_[\w-]{43}$/)
  expect(made.stderr).not.toContain(token)
  const headers = { authorization: `Bearer ${token}` }
  expect((await session(headers)).status).toBe(200)
  const { tokens } = await told<{ tokens: { id: string }[] }>('token', 'list')
  expect(JSON.stringify(tokens)).not.toContain(token)
  await told('token', 'revoke', String(tokens[0]?.id))
  expect((await session(headers)).status).toBe(401)
})

test('SE2 a sign-in link lets in once, as an administrator', async () => {
  const { url: link } = await told<{ url: string }>('login-link')
  const [, token = ''] = link.split('#sign-in=')
  expect(link.startsWith(`${url}#`)).toBe(true)
  const redeem = () =>
    fetch(new URL('admin/api/login/link', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    })
  expect(await (await redeem()).json()).toMatchObject({ data: { role: 'admin' } })
  expect((await redeem()).status).toBe(401)
})

test('AU1 AU5 all of it stands in the audit trail, and neither there nor in the log is anything secret', async () => {
  const { records } = await told<{ records: { action: string; actor: string }[] }>('audit', 'list')
  const actions = records.map(({ action }) => action)
  for (const action of [
    'account_changed',
    'token_changed',
    'sign_in_link_made',
    'signed_in',
    'sign_in_refused',
  ])
    expect(actions).toContain(action)
  const written = [
    JSON.stringify(records),
    agent.stderr(),
    readFileSync(join(place.stateDir, 'access.json'), 'utf8'),
    ...outputs,
  ]
  for (const text of written) {
    expect(text).not.toContain(PASSWORD)
    expect(text).not.toMatch(/holdfast_[\w-]{43}|sign-in=/)
  }
  expect((await holdfast(['audit', 'verify'], place.env)).code).toBe(0)
})

test.each([
  [['user', 'add', 'ops'], '', '--role: expected one of viewer, operator, admin'],
  [['user', 'add', '../ops', '--role', 'viewer'], '', '--name: expected a letter'],
  [['user', 'add', 'ops', '--role', 'viewer'], 'short', 'password: expected 8 to 256 characters, found 5'],
  [['user', 'add', 'ops', '--role', 'viewer', '--password', 'x'], '', 'unknown option --password'],
  [
    ['token', 'create', '--role', 'viewer', '--expires', 'yesterday'],
    '',
    '--expires: expected a length like',
  ],
])('BI1 holdfast %j with "%s" says what was expected', async (args, input, sentence) => {
  const { code, said } = await typed(input, ...args)
  expect(code).toBe(2)
  expect(said).toContain(sentence)
})

test('SE7 without an agent nobody is let in: exit code 5', async () => {
  const other = scratch()
  expect((await holdfast(['login-link'], other.env)).code).toBe(5)
  other.remove()
})
