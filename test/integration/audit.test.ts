/** The audit trail from the command line: on the files alone, with nothing running. */
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AuditRecord } from '#domain/audit/record.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { holdfast, scratch, type Scratch } from '../support/holdfast.ts'
import { fillJournal, openJournal } from '../support/journal.ts'

let place: Scratch
let watchdog: string
let agent: string
beforeEach(() => {
  place = scratch()
  mkdirSync(place.stateDir)
  watchdog = join(place.stateDir, 'watchdog.journal')
  agent = join(place.stateDir, 'agent.journal')
})
afterEach(() => place.remove())

const operator = { name: 'local:ops', ip: null }
const paused = (reason: string): JournalEvent => ({ type: 'paused', actor: operator, reason, until: null })
const changed = (to: string): JournalEvent => ({ type: 'target_changed', from: 'serving', to, detail: '' })

async function fill(path: string, events: readonly JournalEvent[], startMs = 0): Promise<void> {
  await openJournal(path, 8_192).close()
  const at = (seq: number) => ({
    wall: 1_770_000_000_000 + startMs + seq * 1000,
    monotonic: startMs + seq * 1000,
    boot: 'b',
  })
  fillJournal(path, events, at)
}

const cli = (...words: string[]) => holdfast(['audit', ...words], { ...place.env, TZ: 'America/St_Johns' })

async function listed(...words: string[]): Promise<AuditRecord[]> {
  const { stdout, code } = await cli('list', '--json', ...words)
  expect(code).toBe(0)
  return (JSON.parse(stdout) as { records: AuditRecord[] }).records
}

function change(path: string, statement: string): void {
  const database = new DatabaseSync(path)
  database.exec(statement)
  database.close()
}

test('AU3 both journals are one list, newest last, in local time with its offset', async () => {
  await fill(watchdog, [changed('failing'), changed('serving')])
  await fill(agent, [paused('deploy')], 500)
  const { stdout, stderr, code } = await cli('list')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout.trimEnd().split('\n')).toEqual([
    '2026-02-01 23:10:01-03:30  watchdog   target changed             failing',
    '2026-02-01 23:10:01-03:30  local:ops  automatic restarts paused  deploy',
    '2026-02-01 23:10:02-03:30  watchdog   target changed             serving',
  ])
  const records = await listed()
  expect(records.map(({ journal, seq }) => `${journal} ${seq}`)).toEqual([
    'watchdog 1',
    'agent 1',
    'watchdog 2',
  ])
  expect(records[1]).toMatchObject({ time: '2026-02-02T02:40:01.500Z', policy_state_after: 'paused' })
})

test('AU3 a list is narrowed by its filters and keeps the newest', async () => {
  await fill(watchdog, ['a', 'b', 'c', 'd'].map(changed))
  await fill(agent, [paused('deploy')])
  const reasons = async (...words: string[]) => (await listed(...words)).map(({ reason }) => reason)
  expect(await reasons('--action', 'target_changed', '--limit', '2')).toEqual(['c', 'd'])
  expect(await reasons('--actor', 'local:ops')).toEqual(['deploy'])
  expect(await reasons('--since', '2026-02-02T02:40:03Z', '--until', '2026-02-01T23:10:03-03:30')).toEqual([
    'c',
  ])
  expect(await reasons('--since', '1d')).toEqual([])
  const { stderr } = await cli('list', '--limit', '1')
  expect(stderr).toContain('4 earlier ones match as well')
})

test('AU3 an export to a file appears whole, and says how much is in it', async () => {
  await fill(watchdog, [changed('=cmd()'), changed('serving')])
  const file = join(place.directory, 'audit.csv')
  writeFileSync(file, 'an older one')
  const { stdout, code } = await cli('export', '--format', 'csv', '--out', file, '--json')
  expect(JSON.parse(stdout)).toEqual({ file, format: 'csv', records: 2 })
  expect(code).toBe(0)
  const [head, first, second, end] = readFileSync(file, 'utf8').split('\r\n')
  expect(head?.startsWith('id,time,actor,source,ip,action,decision,reason')).toBe(true)
  expect(first).toContain(",'=cmd(),")
  expect([second?.startsWith('e2,2026-02-02T02:40:02.000Z,watchdog'), end]).toEqual([true, ''])
  expect(readdirSync(place.directory).toSorted()).toEqual(['audit.csv', 'state'])
})

test('AU3 JSON lines go to standard output and can be verified from themselves', async () => {
  await fill(watchdog, [changed('failing'), changed('serving')])
  const { stdout } = await cli('export', '--format', 'jsonl')
  const rows = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { row: { seq: number; hash: string; previous_hash: string } }).row)
  expect(rows.map(({ seq }) => seq)).toEqual([1, 2])
  expect(rows[1]?.previous_hash).toBe(rows[0]?.hash)
})

test('AU2 verify exits 0 on whole chains, 4 on a broken one, and says what it cannot find', async () => {
  await fill(watchdog, ['a', 'b', 'c'].map(changed))
  const good = await cli('verify')
  expect(good.code).toBe(0)
  expect(good.stdout).toContain(`${watchdog}: whole, rows 1 to 3`)
  expect(good.stdout).toContain(`${agent}: no rows yet`)
  expect(good.stdout).toContain('This cannot find:')

  change(watchdog, `UPDATE journal_row SET event = replace(event, '"b"', '"x"')`)
  const bad = await cli('verify', '--json')
  expect(bad.code).toBe(4)
  expect(JSON.parse(bad.stdout)).toMatchObject({
    ok: false,
    journals: [
      { journal: 'watchdog', fault: { seq: 2, kind: 'edited' } },
      { journal: 'agent', fault: null },
    ],
    reasons: [{ code: 'chain_edited' }],
  })
  const list = await cli('list')
  expect(list.code).toBe(0)
  expect(list.stdout).toContain('target changed')
  expect(list.stderr).toContain('does not verify at row 2 (edited)')
})

test('AU3 without any history there is nothing, and that is said', async () => {
  const { stdout, code } = await cli('list')
  expect({ stdout, code }).toEqual({
    stdout: `Nothing in the audit trail of ${place.stateDir} matches.\n`,
    code: 0,
  })
  expect((await cli('verify')).code).toBe(0)
  expect((await cli('export', '--format', 'jsonl')).stdout).toBe('')
})

describe('BI1', () => {
  test.each<[string, () => void, { list: number; verify: number }, string]>([
    ['truncated', () => truncateSync(watchdog, 12_000), { list: 1, verify: 4 }, 'watchdog.journal'],
    [
      'no database',
      () => writeFileSync(watchdog, 'x'.repeat(9_000)),
      { list: 1, verify: 4 },
      'not a database',
    ],
    ['emptied', () => truncateSync(watchdog, 0), { list: 1, verify: 4 }, 'watchdog.journal'],
    [
      'of a newer release',
      () => change(watchdog, 'PRAGMA user_version = 9'),
      { list: 1, verify: 1 },
      'schema version 9',
    ],
    ['with a page of another', flipPage, { list: 1, verify: 4 }, 'watchdog.journal'],
  ])('a journal that is %s gets a named reason and no crash', async (_title, damage, codes, words) => {
    await fill(
      watchdog,
      Array.from({ length: 40 }, (_, index) => changed(`state ${index}`)),
    )
    damage()
    const out = join(place.directory, 'out.csv')
    for (const command of [['list'], ['export', '--format', 'csv', '--out', out]]) {
      const { code, stderr, stdout } = await cli(...command, '--json')
      expect(code).toBe(codes.list)
      expect(JSON.parse(stdout)).toMatchObject({ success: false, error: { code: 'state_unreadable' } })
      expect(stderr).toContain(words)
      expect(stderr).not.toMatch(/^\s+at /m)
    }
    expect(readdirSync(place.directory)).toEqual(['state'])
    const verified = await cli('verify')
    expect(verified.code).toBe(codes.verify)
    expect(verified.stdout + verified.stderr).toContain(words)
  })

  function flipPage(): void {
    const bytes = readFileSync(watchdog)
    bytes.copy(bytes, 4096, 0, 4096)
    writeFileSync(watchdog, bytes)
  }

  test.each<[string[], string]>([
    [['list', '--since', 'soon'], '--since: expected a time'],
    [['list', '--limit', '-1'], '--limit'],
    [['list', '--action', 'guard_relased'], 'did you mean "guard_released"?'],
    [['export'], '--format: expected csv or jsonl, found nothing'],
    [['export', '--format', 'xml'], 'found "xml"'],
    [['export', '--format', 'csv', '--json'], '--json needs --out FILE'],
  ])('%j is wrong usage', async (words, message) => {
    const { code, stderr } = await cli(...words)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })

  test('a file that cannot be written is a named reason', async () => {
    const out = join(place.directory, 'nowhere', 'out.csv')
    const { code, stderr } = await cli('export', '--format', 'csv', '--out', out)
    expect(code).toBe(1)
    expect(stderr).toContain(`The file cannot be written: ${out}`)
  })
})

test('AU2 a history much larger than the memory that is left is listed, exported and verified', async () => {
  const reason = 'why '.repeat(1_000)
  await fill(
    agent,
    Array.from({ length: 12_000 }, () => paused(reason)),
  )
  const small = { ...place.env, NODE_OPTIONS: '--max-old-space-size=32' }
  const verified = await holdfast(['audit', 'verify'], small)
  expect(verified.stdout).toContain('whole, rows 1 to 12000')
  const list = await holdfast(['audit', 'list', '--limit', '3', '--json'], small)
  expect(JSON.parse(list.stdout)).toMatchObject({ earlier_not_shown: 11_997 })
  const out = join(place.directory, 'out.jsonl')
  const exported = await holdfast(['audit', 'export', '--format', 'jsonl', '--out', out, '--json'], small)
  expect(JSON.parse(exported.stdout)).toMatchObject({ records: 12_000 })
})

describe('AU2 against the log stream', () => {
  let log: string
  beforeEach(async () => {
    log = join(place.directory, 'holdfast.log')
    for (const [number, words] of [
      ['pause', '--reason', 'deploy'],
      ['resume'],
      ['pause', '--reason', 'again'],
    ].entries()) {
      const { code, stderr } = await holdfast(words, place.env)
      expect(code).toBe(0)
      writeFileSync(log, `[2026] gunicorn says something\n{"level":"info"}\n${stderr}`, {
        flag: number === 0 ? 'w' : 'a',
      })
    }
  })

  const against = (source: string) => cli('verify', '--json', '--against-journal', source)

  test('what commands have said and what they have written is the same', async () => {
    const { code, stdout } = await against(log)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      journals: [
        { log: { compared: 0, fault: null } },
        { journal: 'agent', log: { compared: 3, notLogged: 0, earlier: [], fault: null } },
      ],
    })
  })

  test('a chain that was cut together with its marker is found there, and only there', async () => {
    change(agent, 'DELETE FROM journal_row WHERE seq = 3')
    await markHead(2)
    expect((await cli('verify')).code).toBe(0)
    const { code, stdout } = await against(log)
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({
      reasons: [{ code: 'log_cut_off' }],
      journals: [{}, { log: { fault: { seq: 3 } } }],
    })
  })

  test('a chain that was rewritten whole is found there, and only there', async () => {
    change(agent, 'DELETE FROM journal_row')
    fillJournal(agent, ['one', 'two', 'three', 'four'].map(paused))
    await markHead(4)
    expect((await cli('verify')).code).toBe(0)
    const { code, stdout } = await against(log)
    expect(code).toBe(4)
    expect(JSON.parse(stdout)).toMatchObject({
      reasons: [{ code: 'log_differs' }],
      journals: [{}, { log: { fault: { seq: 1 } } }],
    })
  })

  test('a log of something else proves nothing, and a log that is not there is a named reason', async () => {
    writeFileSync(log, 'x'.repeat(200_000))
    const other = await against(log)
    expect(other.code).toBe(4)
    expect(other.stdout).toContain('nothing_logged')
    const missing = await against(join(place.directory, 'none'))
    expect(missing.code).toBe(1)
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'log_unreadable' } })
  })

  test('journald is asked for the units and for commands, and what it complains of is told', async () => {
    const program = join(place.directory, 'journalctl')
    const asked = join(place.directory, 'asked')
    writeFileSync(program, `#!/bin/sh\necho "$@" > ${asked}; cat ${log}\n`, { mode: 0o755 })
    const withProgram = { ...place.env, PATH: `${place.directory}:${process.env['PATH']}` }
    const verified = await holdfast(['audit', 'verify', '--against-journal', '--json'], withProgram)
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, journals: [{}, { log: { compared: 3 } }] })
    expect(readFileSync(asked, 'utf8')).toContain(
      '_SYSTEMD_UNIT=holdfast-watchdog.service + _SYSTEMD_UNIT=holdfast-agent.service',
    )
    writeFileSync(program, '#!/bin/sh\necho "No permission" >&2; exit 1\n', { mode: 0o755 })
    const refused = await holdfast(['audit', 'verify', '--against-journal'], withProgram)
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('The log stream cannot be read: journalctl (No permission)')
    const none = { ...place.env, PATH: place.stateDir }
    expect((await holdfast(['audit', 'verify', '--against-journal'], none)).stderr).toContain(
      'journalctl (ENOENT)',
    )
  })

  async function markHead(seq: number): Promise<void> {
    const database = new DatabaseSync(agent)
    const row = database.prepare('SELECT seq, hash FROM journal_row WHERE seq = ?').get(seq)
    database.close()
    const marker = { format: 'holdfast.journal-marker/1', ...row }
    writeFileSync(`${agent}.marker`, `${JSON.stringify(marker).padEnd(191)}\n`)
  }
})

test('AU5 a secret in a typed reason reaches neither file nor log nor any answer', async () => {
  const reason = 'db moved: postgres://app:c4nary-hunter2@db/app and password=c4nary-hunter3'
  const said = [
    await holdfast(['pause', '--reason', reason, '--json'], place.env),
    await cli('list', '--json'),
    await cli('export', '--format', 'jsonl'),
    await cli('export', '--format', 'csv'),
  ]
  for (const { code, stdout, stderr } of said) {
    expect(code).toBe(0)
    expect(stdout + stderr).not.toContain('c4nary')
    expect(stdout).toContain('postgres://***@db/app and password=***')
  }
  for (const name of readdirSync(place.stateDir))
    expect(readFileSync(join(place.stateDir, name), 'latin1')).not.toContain('c4nary')
})
