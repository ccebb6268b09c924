/** Real files in a directory of their own: what is written comes back, and what was damaged is never empty. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { abandonHistory, readMarker } from '#agent/store/journal-files.ts'
import { NO_HASH, sha256, sha256OfRow } from '#agent/store/row-hash.ts'
import { openJournalReader, openSqliteJournal } from '#agent/store/sqlite-journal.ts'
import { systemClock } from '#agent/system/clock.ts'
import { verifyChain } from '#domain/journal/chain.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import { appendMany, openJournal, pausedEvent, timeOf } from '../../support/journal.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'holdfast-journal-')), 'watchdog.journal')
})
afterEach(() => rmSync(dirname(path), { recursive: true, force: true }))

function problemOf(act: () => unknown): HoldfastProblem {
  try {
    act()
  } catch (error) {
    if (error instanceof HoldfastProblem) return error
    throw error
  }
  throw new Error('it was expected to fail')
}

function asideFiles(): string[] {
  return readdirSync(dirname(path)).filter((name) => /\.unreadable-\d{8}T\d{9}Z$/.test(name))
}

async function writtenAndClosed(rows: number): Promise<void> {
  const journal = openJournal(path)
  await appendMany(journal, rows)
  await journal.close()
}

test('AU2 rows come back as they were acknowledged, chained, and go on after a new start', async () => {
  const first = openJournal(path)
  const acknowledged = [
    await first.append(pausedEvent(1), timeOf(1)),
    await first.append(pausedEvent(2), timeOf(2)),
  ]
  await first.close()
  const second = openJournal(path)
  acknowledged.push(await second.append(pausedEvent(3), timeOf(3)))
  const rows = await second.read(0, 10)
  await second.close()

  expect(rows).toEqual(acknowledged)
  expect(rows.map((row) => row.seq)).toEqual([1, 2, 3])
  expect(rows.map((row) => row.previous_hash)).toEqual([NO_HASH, rows[0]?.hash, rows[1]?.hash])
  expect(rows.map(sha256OfRow)).toEqual(rows.map((row) => row.hash))
})

test('rows after a place in the chain, at most as many as asked', async () => {
  const journal = openJournal(path)
  await appendMany(journal, 10)
  expect((await journal.read(4, 3)).map((row) => row.seq)).toEqual([5, 6, 7])
  expect(await journal.read(10, 3)).toEqual([])
  await journal.close()
})

test('AU2 what the store writes is verified by the chain, whatever keys somebody else chose', async () => {
  const journal = openJournal(path)
  const claimed = { b: [{ d: 1, c: 2 }], 10: 'ten', 9: 'nine', __proto__: null, '': 'none' }
  const actor = { name: 'flag:uid=33', ip: null }
  const ask = { request_id: 'r', source: 'manual', rung: 'reload', override: null, claimed, actor } as const
  await journal.append({ type: 'request_claimed', ask, warnings: [] }, timeOf(1))
  await journal.append(pausedEvent(2), timeOf(2))
  expect(verifyChain(await journal.read(0, 10), sha256)).toMatchObject({ ok: true, rows: 2 })
  await journal.close()
})

test('WD9 what is written together is one chain and is there as a whole', async () => {
  const journal = openJournal(path)
  await appendMany(journal, 1)
  const rows = await journal.appendTogether([pausedEvent(2), pausedEvent(3)], timeOf(2))
  expect(rows.map(({ seq }) => seq)).toEqual([2, 3])
  expect(await journal.appendTogether([], timeOf(3))).toEqual([])
  expect(verifyChain(await journal.read(0, 10), sha256)).toMatchObject({ ok: true, rows: 3 })
  await journal.close()
})

test('WD9 of what is written together nothing is there where one of it fails', async () => {
  const hash = (row: Parameters<typeof sha256OfRow>[0]) => {
    if (row.seq === 2) throw new Error('the second row')
    return sha256OfRow(row)
  }
  const journal = openSqliteJournal({ path, clock: systemClock, hash })
  await expect(journal.appendTogether([pausedEvent(1), pausedEvent(2)], timeOf(1))).rejects.toThrow('second')
  expect(await journal.read(0, 10)).toEqual([])
  await journal.close()
})

test('an event that the schema does not know is not written', async () => {
  const journal = openJournal(path)
  await expect(journal.append({ type: 'nonsense' } as never, timeOf(1))).rejects.toThrow('only events')
  expect(await journal.read(0, 10)).toEqual([])
  await journal.close()
})

test('WD11 a missing file beside its marker is unreadable, again at every start, until a person decides', async () => {
  await writtenAndClosed(3)
  rmSync(path)
  for (const start of ['first', 'second']) {
    const problem = problemOf(() => openJournal(path))
    expect(problem.code, start).toBe('state_unreadable')
    expect(existsSync(path), start).toBe(false)
  }
  abandonHistory(path, 1_700_000_000_000)
  const journal = openJournal(path)
  expect((await journal.append(pausedEvent(1), timeOf(1))).seq).toBe(1)
  await journal.close()
})

test.each<[string, () => void]>([
  ['truncated to nothing', () => truncateSync(path, 0)],
  ['truncated to half', () => truncateSync(path, 40_000)],
  ['truncated within its header', () => truncateSync(path, 50)],
  ['another file', () => writeFileSync(path, 'this is not a database, whatever its name says\n'.repeat(100))],
  ['an older copy', () => copyFileSync(`${path}.older`, path)],
  ['without its table', () => changeDatabase('DROP TABLE journal_row')],
  [
    'a row edited',
    () => changeDatabase("UPDATE journal_row SET event = replace(event, 'local:7', 'local:8')"),
  ],
  ['a row dropped', () => changeDatabase('DELETE FROM journal_row WHERE seq = 7')],
  ['the last row dropped', () => changeDatabase('DELETE FROM journal_row WHERE seq = 20')],
  ['a row moved', () => changeDatabase('UPDATE journal_row SET seq = 21 WHERE seq = 7')],
  ['its marker garbled', () => writeFileSync(`${path}.marker`, '{"format":')],
])('WD11 %s: unreadable, kept aside, never an empty history', async (_, damage) => {
  await writtenAndClosed(5)
  copyFileSync(path, `${path}.older`)
  const journal = openJournal(path)
  await appendMany(journal, 15)
  await journal.close()

  damage()
  const bytes = readFileSync(path)
  const problem = problemOf(() => openJournal(path))
  expect(problem.code).toBe('state_unreadable')
  const [aside, ...others] = asideFiles()
  expect(others).toEqual([])
  expect(problem.detail).toContain(aside)
  expect(readFileSync(join(dirname(path), aside ?? ''))).toEqual(bytes)
  expect(problemOf(() => openJournal(path)).code).toBe('state_unreadable')
})

function changeDatabase(statement: string): void {
  const database = new DatabaseSync(path)
  database.exec(statement)
  database.close()
}

test('WD11 a marker that is read while it is written is read once more, and no reason to doubt the history', async () => {
  const journal = openJournal(path)
  await appendMany(journal, 3)
  const before = readFileSync(`${path}.marker`, 'utf8')
  await appendMany(journal, 1)
  const after = readFileSync(`${path}.marker`, 'utf8')
  const torn = before.slice(0, 60) + after.slice(60)
  expect([before, after]).not.toContain(torn)
  writeFileSync(`${path}.marker`, torn)
  let looks = 0
  const finishWriting = () => {
    looks += 1
    if (looks === 3) writeFileSync(`${path}.marker`, after)
  }
  expect(readMarker(path, finishWriting)).toMatchObject({ kind: 'head', head: { seq: 4 } })
  await journal.close()
})

test('WD11 a marker that stays torn is no marker', async () => {
  await writtenAndClosed(3)
  const whole = readFileSync(`${path}.marker`, 'utf8')
  writeFileSync(`${path}.marker`, whole.replace('"seq":3', '"seq":2'))
  expect(readMarker(path)).toMatchObject({ kind: 'unreadable' })
})

test('WD11 a file that is no journal, without any marker, is no first start either', () => {
  writeFileSync(path, 'not a database, but here first, so something was')
  expect(problemOf(() => openJournal(path)).code).toBe('state_unreadable')
  expect(problemOf(() => openJournal(path)).code).toBe('state_unreadable')
})

test('WD11 a lost write-ahead log is noticed, though SQLite itself would show a shorter history', async () => {
  const journal = openJournal(path)
  await appendMany(journal, 20)
  // As after kill -9: the log is still there, and holds the only copy of the last rows.
  for (const suffix of ['', '-wal', '.marker']) copyFileSync(path + suffix, `${path}.whole${suffix}`)
  for (const suffix of ['', '.marker']) copyFileSync(path + suffix, `${path}.cut${suffix}`)
  await journal.close()

  const whole = openJournal(`${path}.whole`)
  expect(await whole.read(0, 100)).toHaveLength(20)
  await whole.close()
  expect(problemOf(() => openJournal(`${path}.cut`)).detail).toContain('but row 20 was written')
})

test('SD4 a newer schema is refused and left as it is; an addition within the schema is not', async () => {
  await writtenAndClosed(3)
  changeDatabase("ALTER TABLE journal_row ADD COLUMN later TEXT DEFAULT 'x'")
  const journal = openJournal(path)
  expect((await journal.append(pausedEvent(4), timeOf(4))).seq).toBe(4)
  await journal.close()

  changeDatabase('PRAGMA user_version = 2')
  expect(problemOf(() => openJournal(path)).detail).toContain('schema version 2')
  expect(asideFiles()).toEqual([])
  expect(existsSync(path)).toBe(true)
})

test('WD11 any flipped bit is either reported or without effect', async () => {
  const written = openJournal(path, 4_096)
  await appendMany(written, 12)
  await written.close()
  const sound = readFileSync(path)
  const marker = readFileSync(`${path}.marker`)
  const journal = openJournal(path)
  const rows = await journal.read(0, 100)
  await journal.close()
  let reported = 0
  for (let turn = 0; turn < 150; turn += 1) {
    // A third in the header and the schema, the rest anywhere.
    const at = (turn * 7_919 + 13) % (turn % 3 === 0 ? 8_192 : sound.length)
    const flipped = Buffer.from(sound)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (turn % 8))
    const file = `${path}.flip-${turn}`
    writeFileSync(file, flipped)
    writeFileSync(`${file}.marker`, marker)
    try {
      const opened = openJournal(file, 4_096)
      expect(await opened.read(0, 100), `bit ${turn % 8} of byte ${at}`).toEqual(rows)
      await opened.close()
    } catch (error) {
      expect(error, `bit ${turn % 8} of byte ${at}`).toMatchObject({ code: 'state_unreadable' })
      reported += 1
    }
    for (const name of readdirSync(dirname(path))) {
      if (name.startsWith(basename(file))) rmSync(join(dirname(path), name))
    }
  }
  expect(reported).toBeGreaterThan(30)
})

test('a reader follows the writer, and sees a history that was begun anew', async () => {
  expect(await openJournalReader(path).read(0, 10)).toEqual([])
  const writer = openJournal(path)
  await writer.append(pausedEvent(1), timeOf(1))
  const reader = openJournalReader(path)
  expect(await reader.read(0, 10)).toEqual(await writer.read(0, 10))
  await writer.append(pausedEvent(2), timeOf(2))
  expect((await reader.read(1, 10)).map((row) => row.seq)).toEqual([2])
  await writer.close()
  expect(await reader.read(0, 10)).toHaveLength(2)

  abandonHistory(path, 1_700_000_000_000)
  const next = openJournal(path)
  await next.append(pausedEvent(9), timeOf(9))
  expect(await reader.read(0, 10)).toEqual(await next.read(0, 10))
  await next.close()
})

test('WD11 a reader notices a file that was put in the place of another, or was written into', async () => {
  await writtenAndClosed(3)
  const reader = openJournalReader(path)
  expect(await reader.read(0, 10)).toHaveLength(3)
  // The marker is left as it was: only the file tells.
  copyFileSync(path, `${path}.copy`)
  const database = new DatabaseSync(`${path}.copy`)
  database.exec('DELETE FROM journal_row WHERE seq = 3')
  database.close()
  renameSync(`${path}.copy`, path)
  await expect(reader.read(0, 10)).rejects.toMatchObject({ code: 'state_unreadable' })
  truncateSync(path, 4_096)
  await expect(reader.read(0, 10)).rejects.toMatchObject({ code: 'state_unreadable' })
})

test('WD11 a reader reports damage and moves nothing', async () => {
  await writtenAndClosed(3)
  appendFileSync(`${path}.marker`, 'x')
  expect(problemOf(() => openJournalReader(path)).code).toBe('state_unreadable')
  expect(asideFiles()).toEqual([])
})
