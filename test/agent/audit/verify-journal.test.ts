/** Real files, changed behind the writer's back as somebody with rights to them could. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { verifyJournal } from '#agent/audit/verify-journal.ts'
import { appendMany, openJournal } from '../../support/journal.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-verify-'))
  path = join(directory, 'watchdog.journal')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const TEN = 10
/** Small, so that most of the file is rows. */
const ROOM_BYTES = 8_192

const verify = () => verifyJournal(directory, 'watchdog')

async function written(rows: number): Promise<void> {
  const journal = openJournal(path, ROOM_BYTES)
  await appendMany(journal, rows)
  await journal.close()
}

function change(statements: string): void {
  const database = new DatabaseSync(path)
  database.exec(statements)
  database.close()
}

test('AU2 what nobody touched is whole, closed or beside its writer, and empty where nothing was written', async () => {
  expect(verify()).toMatchObject({ rows: 0, last: null, fault: null })
  const journal = openJournal(path)
  expect(verify()).toMatchObject({ rows: 0, last: null, fault: null })
  await appendMany(journal, 30)
  expect(verify()).toMatchObject({ rows: 30, last: { seq: 30 }, pruned: null, fault: null })
  await journal.close()
  expect(verify()).toMatchObject({ rows: 30, fault: null })
})

test.each<[string, string, number | null, string]>([
  ['an edited text', `UPDATE journal_row SET event = replace(event, 'local:7', 'local:8')`, 7, 'edited'],
  ['an edited time', 'UPDATE journal_row SET wall = wall + 1 WHERE seq = 4', 4, 'edited'],
  ['an infinite time', 'UPDATE journal_row SET wall = 9e999 WHERE seq = 4', 4, 'edited'],
  ['an event that is no JSON any more', `UPDATE journal_row SET event = '{' WHERE seq = 4`, 4, 'edited'],
  ['an event that is null', `UPDATE journal_row SET event = 'null' WHERE seq = 4`, 4, 'edited'],
  ['an event of no kind', `UPDATE journal_row SET event = '{}' WHERE seq = 4`, 4, 'edited'],
  ['a dropped row', 'DELETE FROM journal_row WHERE seq = 7', 7, 'dropped'],
  ['a dropped front', 'DELETE FROM journal_row WHERE seq < 4', 1, 'dropped'],
  ['a dropped end', 'DELETE FROM journal_row WHERE seq > 8', 9, 'cut_off'],
  ['everything dropped', 'DELETE FROM journal_row', 1, 'cut_off'],
  [
    'two rows that changed places',
    `UPDATE journal_row SET seq = 99 WHERE seq = 3; UPDATE journal_row SET seq = 3 WHERE seq = 6;
     UPDATE journal_row SET seq = 6 WHERE seq = 99`,
    3,
    'reordered',
  ],
  [
    'a row in front of the first',
    `INSERT INTO journal_row SELECT 0, id, wall, monotonic, boot, event, previous_hash, hash FROM journal_row WHERE seq = 1`,
    0,
    'edited',
  ],
  [
    'another last row',
    `UPDATE journal_row SET hash = replace(hash, 'a', 'b') WHERE seq = ${TEN}`,
    TEN,
    'edited',
  ],
  ['a lost table', 'DROP TABLE journal_row', null, 'unreadable'],
])('AU2 %s is found and named', async (_title, statements, seq, kind) => {
  await written(TEN)
  change(statements)
  expect(verify().fault).toMatchObject({ seq, kind })
})

test.each<[string, () => void, string]>([
  ['a truncated file', () => truncateSync(path, 12_000), 'unreadable'],
  ['an empty file', () => truncateSync(path, 0), 'unreadable'],
  [
    'another file',
    () => writeFileSync(path, 'no database, whatever its name says\n'.repeat(200)),
    'unreadable',
  ],
  ['a file that is gone', () => rmSync(path), 'unreadable'],
  ['a marker that is gone', () => rmSync(`${path}.marker`), 'marker_missing'],
  ['a marker that is garbled', () => writeFileSync(`${path}.marker`, '{'), 'marker_unreadable'],
])('WD11 %s is a finding, never an empty history', async (_title, damage, kind) => {
  await written(TEN)
  damage()
  expect(verify().fault).toMatchObject({ seq: null, kind })
})

test('SD4 a journal of a newer release is not called broken', async () => {
  await written(TEN)
  change('PRAGMA user_version = 2')
  expect(verify).toThrow('schema version 2')
})

test('WD11 any flipped bit is either found or without effect', async () => {
  await written(40)
  copyFileSync(path, `${path}.good`)
  const whole = verify()
  const bytes = readFileSync(path)
  for (let place = 17; place < bytes.length; place += 2_003) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8((bytes[place] ?? 0) ^ (1 << (place % 8)), place)
    writeFileSync(path, flipped)
    let found: unknown
    try {
      found = verify()
    } catch (error) {
      // The one number that says which release wrote it.
      expect(String(error), `byte ${place}`).toContain('schema version')
      continue
    }
    if ((found as typeof whole).fault === null) expect(found, `byte ${place}`).toEqual(whole)
  }
})
