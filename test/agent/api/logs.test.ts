/** OB4, AU5: the ends of the logs, for operators: bounded, and without what must not be shown. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildServer } from '#agent/api/server.ts'
import { logView } from '#agent/serve/log-view.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { logLine, recentLines } from '#agent/system/log.ts'
import type { Role } from '#domain/access/roles.ts'
import { logsPage, type LogSource, type LogTail } from '#domain/schemas/logs.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'

const clock = new ManualClock()
let ground: AccessGround
let directory: string
let errorLog: string
let app: FastifyInstance
let origin: string
let own: string[]
let ofUnit: (unit: string, lines: number) => Promise<string[] | null>
let tokens: Record<Role, string>

beforeEach(async () => {
  clock.pass(10_000)
  ground = new AccessGround(clock)
  directory = mkdtempSync(join(tmpdir(), 'holdfast-logs-'))
  errorLog = join(directory, 'error.log')
  own = ['{"level":"info","message":"the agent is listening"}']
  ofUnit = async () => null
  const access = ground.open()
  const tokenOf = async (role: Role) =>
    (await access.createToken({ name: role, role, expires_at: null }, BY)).token
  tokens = { viewer: await tokenOf('viewer'), operator: await tokenOf('operator'), admin: '' }
  app = await buildServer({
    ...bareParts(clock),
    logs: logView({
      settings: loadSettings({ HOLDFAST_STATE_DIR: directory, HOLDFAST_TARGET_ERROR_LOG: errorLog }),
      ownLines: () => ({ lines: own, cut: false }),
      ofUnit: (unit, lines) => ofUnit(unit, lines),
      env: { DATABASE_PASSWORD: 'known-by-its-value' },
    }),
    access,
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

function ask(query = '', role: Role = 'operator'): Promise<Response> {
  return fetch(`${origin}/admin/api/logs${query}`, { headers: { authorization: `Bearer ${tokens[role]}` } })
}

async function tail(source: LogSource, query = ''): Promise<LogTail> {
  const answer = await ask(query)
  expect(answer.status).toBe(200)
  const { data } = (await answer.json()) as { data: unknown }
  const log = logsPage.parse(data).logs.find((one) => one.source === source)
  if (log === undefined) throw new Error(`there is no ${source}`)
  return log
}

test('OB4 what the agent has said comes out of its memory', async () => {
  expect(await tail('agent')).toEqual({
    source: 'agent',
    origin: 'memory',
    lines: own,
    cut: false,
    missing: null,
  })
})

test('OB4 the target’s error log is the one that the configuration names', async () => {
  writeFileSync(errorLog, 'first\n\nTraceback:\n  at line 3\n')
  expect(await tail('target_errors')).toEqual({
    source: 'target_errors',
    origin: errorLog,
    lines: ['first', 'Traceback:', '  at line 3'],
    cut: false,
    missing: null,
  })
})

test('OB4 viewers do not get in', async () => {
  expect((await ask('', 'viewer')).status).toBe(403)
})

test.each(['?lines=0', '?lines=501', '?lines=x', '?path=/etc/shadow', '?lines=1&lines=2'])(
  'SE9 %s is refused: there is nothing to choose but how many',
  async (query) => {
    expect((await ask(query)).status).toBe(400)
  },
)

test.each([
  ['a password in an address', 'db at postgres://app:hunter2@db/app', 'hunter2'],
  ['a named value', 'password=hunter2 refused', 'hunter2'],
  ['a header', 'Authorization: Bearer abcdef0123456789abcdef', 'abcdef0123456789'],
  ['what the environment calls a secret', 'tried known-by-its-value', 'known-by-its-value'],
  ['a key of several lines', '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----', 'MIIabc'],
])('AU5 %s is in no line, of any source', async (_, text, secret) => {
  own = text.split('\n')
  ofUnit = async () => text.split('\n')
  writeFileSync(errorLog, text)
  const answer = await (await ask()).text()
  expect(answer).not.toContain(secret)
  expect(answer.split('***').length - 1).toBeGreaterThanOrEqual(3)
})

test('SE8 control and bidi characters are taken out', async () => {
  writeFileSync(errorLog, 'a\u001B[31mb\u202Ec\rd\u0000e\n')
  expect((await tail('target_errors')).lines).toEqual(['a [31mb c d e'])
})

test('SE9 of a huge file its end is read, from a whole line on', async () => {
  writeFileSync(errorLog, `${'x'.repeat(10_000_000)}\n${'password=hunter2 '.repeat(4_000)}\nlast\n`)
  expect(await tail('target_errors')).toMatchObject({ lines: ['last'], cut: true })
})

test('SE9 a line without end costs a part of itself', async () => {
  writeFileSync(errorLog, 'y'.repeat(1_000_000))
  const { lines, cut } = await tail('target_errors')
  expect(cut).toBe(true)
  expect(lines.join('').length).toBeLessThanOrEqual(2_000)
})

test('OB4 the newest are kept, and that there are more is said', async () => {
  own = ['a', 'b', 'c']
  expect(await tail('agent', '?lines=2')).toMatchObject({ lines: ['b', 'c'], cut: true })
  expect(await tail('agent', '?lines=3')).toMatchObject({ lines: ['a', 'b', 'c'], cut: false })
})

test('OB4 a file that is not there costs itself alone', async () => {
  expect(await tail('target_errors')).toMatchObject({ lines: [], missing: 'it cannot be read (ENOENT)' })
  expect((await tail('agent')).missing).toBeNull()
})

test('SE9 what is no regular file is not read', async () => {
  execFileSync('mkfifo', [errorLog])
  expect((await tail('target_errors')).missing).toBe('it cannot be read (ENOTREG)')
})

test('OB4 the watchdog’s come out of its file, else of journald, else it is said that they cannot be had', async () => {
  expect((await tail('watchdog')).missing).toMatch(/no journald/)

  clock.pass(1_000)
  ofUnit = async (unit) => [`said by ${unit}`]
  expect(await tail('watchdog')).toMatchObject({
    origin: 'journald',
    lines: ['said by holdfast-watchdog.service'],
  })

  clock.pass(1_000)
  ofUnit = async () => Promise.reject(new Error('too slow'))
  expect((await tail('watchdog')).missing).toBe('journald does not answer (too slow)')

  clock.pass(1_000)
  mkdirSync(join(directory, 'log'))
  writeFileSync(join(directory, 'log', 'watchdog.log'), 'the watchdog watches\n')
  expect(await tail('watchdog')).toMatchObject({ lines: ['the watchdog watches'], missing: null })
})

test('OB4 the memory holds five hundred lines, each of bounded length', () => {
  const { write } = process.stderr
  process.stderr.write = () => true
  try {
    for (let number = 1; number <= 501; number += 1) logLine('info', `line ${number}`)
    logLine('info', 'z'.repeat(10_000))
  } finally {
    process.stderr.write = write
  }
  const { lines, cut } = recentLines()
  expect([lines.length, cut]).toEqual([500, true])
  expect(lines[0]).toContain('"line 3"')
  expect(lines.at(-1)?.length).toBe(2_000)
})
