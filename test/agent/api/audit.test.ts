/** AU3: the audit trail over the admin API, from journals on a disk, to whoever may see it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AuditReader } from '#agent/audit/audit-reader.ts'
import { buildServer } from '#agent/api/server.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import {
  auditPage,
  auditVerification,
  type AuditPage,
  type AuditVerification,
} from '#domain/schemas/audit-api.ts'
import { fillJournal, openJournal } from '../../support/journal.ts'
import { ManualClock } from '../manual-clock.ts'
import { AccessGround, bareParts, BY } from './agent-parts.ts'

const clock = new ManualClock()
let ground: AccessGround
let stateDir: string
let app: FastifyInstance
let origin: string
let viewer: { authorization: string }

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'holdfast-trail-'))
  ground = new AccessGround(clock)
  const access = ground.open()
  const { token } = await access.createToken({ name: 'script', role: 'viewer', expires_at: null }, BY)
  viewer = { authorization: `Bearer ${token}` }
  app = await buildServer({
    ...bareParts(clock),
    audit: new AuditReader({ stateDir, policy: POLICY_PRESETS, clock }),
    access,
    publicOrigins: [],
    consoleDirectory: stateDir,
  })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  ground.remove()
  rmSync(stateDir, { recursive: true, force: true })
})

const START = Date.UTC(2026, 1, 2, 2, 40)
const operator = { name: 'local:ops', ip: '10.0.0.4' }
const paused = (reason: string): JournalEvent => ({ type: 'paused', actor: operator, reason, until: null })
const changed = (to: string): JournalEvent => ({ type: 'target_changed', from: 'serving', to, detail: '' })
const pathOf = (journal: 'watchdog' | 'agent') => join(stateDir, `${journal}.journal`)

async function fill(
  journal: 'watchdog' | 'agent',
  events: readonly JournalEvent[],
  startMs = 0,
): Promise<void> {
  await openJournal(pathOf(journal), 8_192).close()
  fillJournal(pathOf(journal), events, (seq) => ({
    wall: START + startMs + seq * 1000,
    monotonic: startMs + seq * 1000,
    boot: 'b',
  }))
}

interface Answer {
  status: number
  type: string | null
  disposition: string | null
  body: string
}

async function ask(
  query = '',
  path = '/admin/api/audit',
  headers: Record<string, string> = viewer,
): Promise<Answer> {
  const answer = await fetch(`${origin}${path}${query}`, { headers })
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    disposition: answer.headers.get('content-disposition'),
    body: await answer.text(),
  }
}

const dataOf = ({ body }: Answer) => (JSON.parse(body) as { data: unknown }).data

async function page(query = ''): Promise<AuditPage> {
  const answer = await ask(query)
  expect(answer.status, answer.body).toBe(200)
  return auditPage.parse(dataOf(answer))
}

const reasonsOf = ({ rows }: AuditPage) => rows.map(({ reason }) => reason)

test('AU3 both journals are one trail, newest first, with what each row says', async () => {
  await fill('watchdog', [changed('failing'), changed('serving')])
  await fill('agent', [paused('deploy')], 500)
  const { rows, next } = await page()
  expect(rows.map(({ journal, seq }) => `${journal} ${seq}`)).toEqual(['watchdog 2', 'agent 1', 'watchdog 1'])
  expect(rows[1]).toMatchObject({
    time: '2026-02-02T02:40:01.500Z',
    actor: 'local:ops',
    ip: '10.0.0.4',
    action: 'paused',
    reason: 'deploy',
    policy_state_before: 'allowed',
    policy_state_after: 'paused',
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(next).toBeNull()
})

test('AU3 page after page shows each row once, whatever is written meanwhile', async () => {
  await fill('watchdog', ['a', 'b', 'c'].map(changed))
  await fill('agent', [paused('d'), paused('e')], 500)
  const first = await page('?limit=2')
  fillJournal(pathOf('watchdog'), [changed('newer')], (seq) => ({
    wall: START + seq * 1000,
    monotonic: seq * 1000,
    boot: 'b',
  }))
  const second = await page(`?limit=2&cursor=${first.next}`)
  const third = await page(`?limit=2&cursor=${second.next}`)
  expect([first, second, third].map(reasonsOf)).toEqual([['c', 'e'], ['b', 'd'], ['a']])
  expect(third.next).toBeNull()
})

test('AU3 a page that ends exactly with the oldest row goes on nowhere', async () => {
  await fill('watchdog', ['a', 'b'].map(changed))
  expect((await page('?limit=2')).next).toBeNull()
})

test('AU3 a cursor whose row was pruned has nothing before it', async () => {
  await fill('watchdog', ['a', 'b'].map(changed))
  expect(await page('?cursor=watchdog.0')).toEqual({ rows: [], next: null })
})

test.each([
  ['actor=local:ops', ['deploy']],
  ['action=target_changed', ['serving', 'failing']],
  ['decision=blocked', []],
  ['text=DEPLOY', ['deploy']],
  ['from=2026-02-02T02:40:02Z', ['serving']],
  ['to=2026-02-02T02:40:01Z', ['failing']],
  [`from=${START + 1000}&to=${START + 1500}`, ['deploy', 'failing']],
  ['from=2026-02-02T03:40:02%2B01:00', ['serving']],
])('AU3 it is narrowed by %s', async (query, expected) => {
  await fill('watchdog', [changed('failing'), changed('serving')])
  await fill('agent', [paused('deploy')], 500)
  expect(reasonsOf(await page(`?${query}`))).toEqual(expected)
})

test.each([
  ['actor=', 'actor'],
  ['actor=a&actor=b', 'actor'],
  ['action=restarted', 'action'],
  ['action=__proto__', 'action'],
  ['from=yesterday', 'from'],
  ['from=2026-02-02T02:40:02', 'from'],
  ['to=2026-02-31T00:00:00Z', 'to'],
  ['limit=0', 'limit'],
  ['limit=501', 'limit'],
  ['limit=1.5', 'limit'],
  ['cursor=nothing.1', 'cursor'],
  ['cursor=watchdog', 'cursor'],
  ['format=xml', 'format'],
  ['format=csv&limit=5', 'limit'],
  ['format=jsonl&cursor=watchdog.1', 'cursor'],
  ['aktor=local:ops', 'aktor'],
  ['constructor=x', 'constructor'],
])('BI1 %s is refused with the field', async (query, field) => {
  const answer = await ask(`?${query}`)
  expect(answer.status).toBe(400)
  expect((JSON.parse(answer.body) as { detail: string }).detail).toMatch(
    new RegExp(`^${field}: expected .*[a-z]`),
  )
})

test('AU3 an export is whole, oldest first, as the command writes it', async () => {
  await fill(
    'watchdog',
    Array.from({ length: 700 }, (_, index) => changed(index === 0 ? '=cmd()' : `s${index}`)),
  )
  const csv = await ask('?format=csv&action=target_changed')
  expect(csv.type).toContain('text/csv')
  expect(csv.disposition).toBe('attachment; filename="holdfast-audit.csv"')
  const lines = csv.body.split('\r\n')
  expect(lines).toHaveLength(702)
  expect(lines[0]).toMatch(/^id,time,actor,source,ip/)
  expect(lines[1]).toContain(",'=cmd(),")

  const rows = (await ask('?format=jsonl&from=2026-02-02T02:51:40Z')).body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { reason: string; row: { hash: string; previous_hash: string } })
  expect(rows.map(({ reason }) => reason)).toEqual(['s699'])
})

test('AU3 an export of nothing is a file with a head alone, or empty', async () => {
  expect((await ask('?format=csv')).body).toMatch(/^id,time,[^\n]*\r\n$/)
  expect((await ask('?format=jsonl')).body).toBe('')
})

test('AU2 verify says that the chains hold, and when that was seen', async () => {
  await fill('watchdog', ['a', 'b', 'c'].map(changed))
  const verdict = await verified()
  expect(verdict).toMatchObject({
    ok: true,
    journals: [
      { journal: 'watchdog', rows: 3, last: { seq: 3 }, fault: null },
      { journal: 'agent', rows: 0, last: null, fault: null },
    ],
    reasons: [],
  })
  expect(verdict.cannot_find).not.toEqual([])
})

test('AU2 verify names the first row that does not fit', async () => {
  await fill('watchdog', ['a', 'b', 'c'].map(changed))
  robRow2()
  expect(await verified()).toMatchObject({
    ok: false,
    journals: [{ journal: 'watchdog', fault: { seq: 2, kind: 'edited' } }, { fault: null }],
    reasons: [{ code: 'chain_edited' }],
  })
})

test('AU2 a verdict is taken anew after ten seconds, and not before', async () => {
  await fill('watchdog', ['a', 'b', 'c'].map(changed))
  const first = await verified()
  robRow2()
  clock.pass(9_000)
  expect(await verified()).toEqual(first)
  clock.pass(1_000)
  expect((await verified()).ok).toBe(false)
})

test('BI1 a journal that cannot be read is told, in every form', async () => {
  await fill('watchdog', [changed('a')])
  await fill('agent', [])
  rmSync(pathOf('watchdog'))
  for (const query of ['', '?format=csv']) {
    const answer = await ask(query)
    expect([answer.status, (JSON.parse(answer.body) as { error: { code: string } }).error.code]).toEqual([
      503,
      'state_unreadable',
    ])
  }
})

test.each(['/admin/api/audit', '/admin/api/audit/verify'])('SE5 %s is for nobody unknown', async (path) => {
  expect((await ask('', path, {})).status).toBe(401)
})

async function verified(): Promise<AuditVerification> {
  const answer = await ask('', '/admin/api/audit/verify')
  expect(answer.status, answer.body).toBe(200)
  return auditVerification.parse(dataOf(answer))
}

function robRow2(): void {
  const database = new DatabaseSync(pathOf('watchdog'))
  database.exec(`UPDATE journal_row SET event = replace(event, '"b"', '"x"')`)
  database.close()
}
