import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportHead, exportLine } from '#domain/audit/export.ts'
import { matchesAudit, type AuditFilter } from '#domain/audit/filter.ts'
import { auditRecord, type AuditRecord } from '#domain/audit/record.ts'
import { ask, Diary, latched, refusal, released } from '../journal/diary.ts'
import { auditRow, lastRecordOf, recordsOf } from './trail-of.ts'

/** RFC 4180, read on its own: quoted cells, doubled quotes, CRLF. */
function readCsv(text: string): string[][] {
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy
  const rows: string[][] = [[]]
  for (let match = cell.exec(text); match !== null; match = cell.exec(text)) {
    const [, quoted, plain, end] = match
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === '\r\n') rows.push([])
  }
  expect(rows.pop()).toEqual([])
  return rows
}

const diary = new Diary().write(refusal('1'))
const row = auditRow(diary.rows[0] as (typeof diary.rows)[0])
const record = lastRecordOf(diary.rows)
const csvOf = (change: Partial<AuditRecord>): string[] => {
  const [head, cells, ...more] = readCsv(exportHead('csv') + exportLine('csv', { ...record, ...change }, row))
  expect(head).toEqual(Object.keys(auditRecord.shape))
  expect(cells).toHaveLength(head?.length ?? 0)
  expect(more).toEqual([])
  return cells ?? []
}

test('AU3 a CSV line has each field in its column, structured ones as JSON', () => {
  const cells = csvOf({ claimed: { user: 'a "b", c' }, thresholds: { cooldown_seconds: 60 } })
  const column = (name: keyof AuditRecord) => cells[Object.keys(auditRecord.shape).indexOf(name)]
  expect(column('actor')).toBe('local:ops')
  expect(column('seq')).toBe('1')
  expect(column('ip')).toBe('')
  expect(column('thresholds')).toBe('{"cooldown_seconds":60}')
  expect(JSON.parse(column('claimed') ?? '')).toEqual({ user: 'a "b", c' })
})

test.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  ' =1',
  '  @x',
  '＝1',
  '＋1',
  '－1',
  '＠x',
])('AU3 %j is no formula for a spreadsheet', (detail) => {
  expect(csvOf({ detail })).toContain(`'${detail}`)
})

test('AU3 whatever stands in a record comes back from CSV, and no cell begins like a formula', () => {
  const word = fc.string({
    unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\r', '\n', '\t', ' ', "'", 'a', '＝'),
  })
  fc.assert(
    fc.property(word, word, (detail, reason) => {
      const cells = csvOf({ detail, reason })
      for (const text of [detail, reason])
        expect(cells.some((cell) => cell === text || cell === `'${text}`)).toBe(true)
      for (const cell of cells) expect(cell).not.toMatch(/^[\s]*[=+\-@＝＋－＠]|^[\t\r\n]/)
    }),
    { numRuns: 500 },
  )
})

test('AU3 a JSON line is one line, and carries the stored row whole', () => {
  const line = exportLine('jsonl', { ...record, detail: 'one\ntwo\u2028' }, row)
  expect(line.match(/\n/g)).toHaveLength(1)
  const { seq, id, time, event, previous_hash, hash } = row
  const stored = { seq, id, time, event, previous_hash, hash }
  expect(JSON.parse(line)).toMatchObject({ id: 'e1', seq: 1, decision: 'blocked', row: stored })
  expect(exportHead('jsonl')).toBe('')
})

const ANY: AuditFilter = {
  since: null,
  until: null,
  actor: null,
  action: null,
  decision: null,
  request: null,
  text: null,
}
const all = recordsOf(
  new Diary()
    .write(refusal('1'))
    .wait(60_000)
    .write(latched)
    .wait(60_000)
    .write(released)
    .write({ type: 'request_recorded', ask: ask('r-2', { claimed: { note: 'Before the DEPLOY (.*)' } }) })
    .rows,
)

test.each<[string, Partial<AuditFilter>, number[]]>([
  ['everything', {}, [1, 2, 3, 4]],
  ['since an instant, which is in it', { since: Date.parse('2026-02-08T03:01:00Z') }, [2, 3, 4]],
  ['until an instant, which is in it', { until: Date.parse('2026-02-08T03:01:00Z') }, [1, 2]],
  ['who', { actor: 'watchdog' }, [2]],
  ['what', { action: 'guard_released' }, [3]],
  ['a decision', { decision: 'blocked' }, [1]],
  ['the beginning of a request’s id', { request: 'r-2' }, [4]],
  ['a text in any field, in any case', { text: 'deploy' }, [4]],
  ['a text that would be a pattern', { text: '(.*)' }, [4]],
  ['a text that would match as a pattern', { text: 'dep.oy' }, []],
  ['several at once', { actor: 'local:ops', decision: 'blocked' }, [1]],
])('AU3 a list can be narrowed to %s', (_title, filter, found) => {
  expect(all.filter((one) => matchesAudit({ ...ANY, ...filter }, one)).map(({ seq }) => seq)).toEqual(found)
})

test('AU3 a row robbed of its time is not hidden by asking for one', () => {
  expect(matchesAudit({ ...ANY, since: 0, until: 1 }, { ...record, time: 'no time' })).toBe(true)
})
