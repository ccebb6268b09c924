/** The spool on a real file, and how its rows come into the journal. */
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HoldfastProblem } from '#domain/problems.ts'
import { sha256OfRow } from '#agent/store/row-hash.ts'
import { openSpool, type Spool } from '#agent/store/spool.ts'
import { openSpooledReader, SpooledJournal, takeOver } from '#agent/store/spooled-journal.ts'
import type { SqliteJournal } from '#agent/store/sqlite-journal.ts'
import { appendMany, openJournal, pausedEvent, timeOf } from '../../support/journal.ts'
import { decision, intent, outcome, ask, external } from '../../domain/journal/diary.ts'

let directory: string
let file: string
let spool: Spool
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-spool-'))
  file = join(directory, 'watchdog.spool')
  spool = openHere()
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const openHere = () => openSpool({ runtimeDir: directory, stateDir: directory, name: 'watchdog' })
const append = (number: number) => spool.append(pausedEvent(number, 'short'), timeOf(number))
const journalPath = () => join(directory, 'watchdog.journal')

describe('WD9 the spool', () => {
  test('holds rows in the form of the journal, chained, and gives them back', () => {
    const rows = [append(1), append(2)]
    expect(openHere().rows()).toEqual(rows)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2])
    expect(rows[1]?.previous_hash).toBe(rows[0]?.hash)
    for (const row of rows) expect(row.hash).toBe(sha256OfRow(row))
    spool.remove()
    expect(existsSync(file)).toBe(false)
    expect(spool.rows()).toEqual([])
  })

  test('a line that was cut short was never acknowledged: the next one takes its place', () => {
    const first = append(1)
    appendFileSync(file, '{"seq":2,"id":"cut sh')
    expect(spool.rows()).toEqual([first])
    const second = append(2)
    expect(spool.rows()).toEqual([first, second])
  })

  test('an edited one is not believed, and not taken for empty', () => {
    append(1)
    writeFileSync(file, readFileSync(file, 'utf8').replace('local:1', 'local:9'))
    expect(() => spool.rows()).toThrow(HoldfastProblem)
  })

  test('is bounded: it may lie in memory', () => {
    const large = 'x'.repeat(50_000)
    const fill = () => {
      for (let number = 1; number < 10; number++) spool.append(pausedEvent(number, large), timeOf(number))
    }
    expect(fill).toThrow('it holds as much as it may')
    expect(spool.rows()).toHaveLength(5)
  })

  test('a link in its place is neither read nor written through', () => {
    const elsewhere = join(directory, 'elsewhere')
    writeFileSync(elsewhere, 'kept')
    symlinkSync(elsewhere, file)
    expect(spool.rows()).toEqual([])
    append(1)
    expect(spool.rows()).toHaveLength(1)
    expect(readFileSync(elsewhere, 'utf8')).toBe('kept')
  })

  test.runIf(process.geteuid?.() === 0)('one of another user speaks for nobody', () => {
    append(1)
    chownSync(file, 65_534, 65_534)
    expect(spool.rows()).toEqual([])
  })
})

describe('WD9 a journal with its spool', () => {
  let journal: SqliteJournal
  beforeEach(async () => {
    journal = openJournal(journalPath())
    await appendMany(journal, 2)
  })
  afterEach(() => journal.close())

  const reasonsOf = async (read: Pick<SqliteJournal, 'read'>) =>
    (await read.read(0, 100)).map(({ seq, id }) => ({ seq, id }))

  test('is read as one history, from any place in it', async () => {
    const waiting = [append(3), append(4)]
    const reader = openSpooledReader(journalPath(), spool)
    const rows = await reader.read(0, 100)
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
    expect(rows.slice(2).map(({ id }) => id)).toEqual(waiting.map(({ id }) => id))
    expect(await reader.read(3, 100)).toHaveLength(1)
    expect(await reader.read(1, 2)).toHaveLength(2)
  })

  test('takes over what waits, once, whenever the power fails in between', async () => {
    const waiting = [append(3), append(4), append(5)]
    const [first] = waiting
    if (first === undefined) throw new Error('nothing waits')
    // As after a failure between the first and the second of them.
    await journal.append(first.event, first.time, first.id)
    expect(await reasonsOf(openSpooledReader(journalPath(), spool))).toHaveLength(5)
    await takeOver(journal, spool)
    await takeOver(journal, spool)
    const rows = await journal.read(0, 100)
    expect(rows.slice(2).map(({ id, time }) => ({ id, time }))).toEqual(
      waiting.map(({ id, time }) => ({ id, time })),
    )
    expect(rows.map((row) => sha256OfRow(row))).toEqual(rows.map(({ hash }) => hash))
    expect(spool.rows()).toEqual([])
  })

  test('on a full disk an override and what must not be forgotten wait, and nothing else', async () => {
    const told: number[] = []
    const noRoom = () => Promise.reject(fullDisk())
    const full = { ...methodsOf(journal), append: noRoom, appendTogether: noRoom }
    const spooled = new SpooledJournal(full, spool, ({ seq }) => told.push(seq))
    const override = { acknowledged: true, reason: 'deploy', passes: [] }
    const forged = ask('forged', { override, actor: { name: 'flag:uid=33', ip: null } })
    const time = timeOf(9)
    for (const refused of [
      intent('auto', { ask: ask('auto', { source: 'auto' }) }),
      intent('plain'),
      intent('forged', { ask: forged }),
      { type: 'request_ended', request_id: 'plain', reason: 'x', detail: '' } as const,
    ]) {
      await expect(spooled.appendTogether([refused], time)).rejects.toMatchObject({
        code: 'state_unwritable',
      })
      expect(spooled.isSpooling()).toBe(true)
    }
    const mine = ask('mine', { override })
    const claimed = { type: 'request_claimed' as const, ask: mine, warnings: [] }
    const ended = { type: 'request_ended', request_id: 'mine', reason: 'x', detail: '' } as const
    await spooled.appendTogether([claimed, intent('mine', { ask: mine, decision })], time)
    await spooled.appendTogether([outcome('mine')], time)
    await spooled.appendTogether([external], time)
    const [last] = await spooled.appendTogether([ended], time)
    expect(last?.seq).toBe(7)
    expect(told).toEqual([1, 2, 3, 4, 5])
    // Its claim waits with it, or before it: both in one breath as well.
    const both = await spooled.appendTogether([claimed, ended], time)
    expect(both.map(({ seq }) => seq)).toEqual([8, 9])

    const mended = new SpooledJournal(journal, spool, () => undefined)
    await mended.appendTogether([external], time)
    expect(mended.isSpooling()).toBe(false)
    expect((await journal.read(2, 100)).map(({ event }) => event.type)).toEqual([
      'request_claimed',
      'intent',
      'outcome',
      'external_restart',
      'request_ended',
      'request_claimed',
      'request_ended',
      'external_restart',
    ])
  })
})

function fullDisk(): HoldfastProblem {
  return new HoldfastProblem('state_unwritable', 'full', { cause: { code: 'ENOSPC' } })
}

function methodsOf(journal: SqliteJournal): SqliteJournal {
  return {
    append: (...words) => journal.append(...words),
    appendTogether: (...words) => journal.appendTogether(...words),
    read: (...words) => journal.read(...words),
    mark: () => journal.mark(),
    head: () => journal.head(),
    has: (id) => journal.has(id),
    close: () => journal.close(),
    hasReserve: () => journal.hasReserve(),
    restoreReserve: () => journal.restoreReserve(),
  }
}
