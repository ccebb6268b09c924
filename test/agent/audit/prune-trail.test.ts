/** Retention on real files: what is left verifies, and whoever changes it is found (AU3). */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { auditRecordOf } from '#domain/audit/record.ts'
import type { EventTime, JournalEvent } from '#domain/journal/events.ts'
import type { JournalState } from '#domain/journal/fold.ts'
import { POLICY_PRESETS, policySettingsOf } from '#domain/policy/config.ts'
import { pruneTrail, type PruneAnswer, type PruneOrder } from '#agent/audit/prune-trail.ts'
import { readTrail } from '#agent/audit/read-trail.ts'
import { verifyJournal } from '#agent/audit/verify-journal.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { abandonHistory, readMarker } from '#agent/store/journal-files.ts'
import { JournalPruner } from '#agent/store/journal-pruner.ts'
import { takeLock } from '#agent/store/process-lock.ts'
import { openJournalReader } from '#agent/store/sqlite-journal.ts'
import { actor, external, latched, released } from '../../domain/journal/diary.ts'
import { fillJournal, openJournal } from '../../support/journal.ts'

const DAY_MS = 86_400_000
const START = Date.parse('2025-01-01T00:00:00Z')
const HOUR_MS = 3_600_000

let directory: string
let watchdog: string
let agent: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-prune-'))
  watchdog = join(directory, 'watchdog.journal')
  agent = join(directory, 'agent.journal')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const hours = (many: number): EventTime => ({
  wall: START + many * HOUR_MS,
  monotonic: many * HOUR_MS,
  boot: 'boot-1',
})
const changed = (to: string): JournalEvent => ({ type: 'target_changed', from: 'serving', to, detail: '' })
const started: JournalEvent = {
  type: 'watchdog_started',
  version: '1',
  contract_version: '7',
  new_history: true,
  thresholds: policySettingsOf({ ...POLICY_PRESETS, retryBudget: 9 }),
}

async function fill(path: string, events: readonly JournalEvent[], from = 0): Promise<void> {
  await openJournal(path).close()
  fillJournal(path, events, (seq) => hours(from + seq))
}

/** A row an hour: a restart, a latch and its release, then changes of the target for a hundred days. */
async function filled(): Promise<void> {
  await fill(watchdog, [
    started,
    external,
    latched,
    ...Array.from({ length: 2397 }, (_, n) => changed(`${n}`)),
  ])
  await fill(
    agent,
    [
      released,
      { type: 'paused', actor, reason: 'work', until: null },
      { type: 'resumed', actor, reason: '' },
    ],
    3,
  )
}

function pruned(over: Partial<PruneOrder> & { keepDays?: number } = {}): Promise<PruneAnswer> {
  const { keepDays = 10, ...rest } = over
  return pruneTrail({
    stateDir: directory,
    policy: POLICY_PRESETS,
    rules: { keepMs: keepDays * DAY_MS, keepRows: 0, rowsOfAStep: 2_000 },
    isDryRun: false,
    actor,
    now: () => hours(2401),
    tell: () => undefined,
    pause: async () => undefined,
    ...rest,
  })
}

function change(path: string, statement: string): void {
  const database = new DatabaseSync(path)
  database.exec(statement)
  database.close()
}

const verify = () => [verifyJournal(directory, 'watchdog'), verifyJournal(directory, 'agent')]

async function stateRead(): Promise<JournalState> {
  return new JournalHistory([openJournalReader(watchdog), openJournalReader(agent)]).catchUp()
}

test('AU3 what is left verifies and says how many rows went, until when, by whom and by what', async () => {
  await filled()
  const size = statSync(watchdog).size
  expect(await pruned()).toMatchObject({
    kind: 'pruned',
    journals: [
      { rows: 2160, kept: 240 },
      { rows: 3, kept: 0 },
    ],
  })
  const front = { rows: 2160, by: 'local:ops', command: 'holdfast prune', until: '2025-04-01T00:00:00.000Z' }
  expect(verify()).toMatchObject([
    { rows: 242, fault: null, pruned: front },
    { rows: 1, fault: null, pruned: { rows: 3 } },
  ])
  expect(statSync(watchdog).size).toBeLessThan(size / 2 + 1_100_000)
})

test('AU3 a dry run says the same and changes nothing', async () => {
  await filled()
  const told: string[] = []
  const rowsOf = (answer: PruneAnswer) =>
    answer.kind === 'pruned' && answer.journals.map(({ rows, kept }) => [rows, kept])
  const dry = rowsOf(await pruned({ isDryRun: true, tell: () => told.push('told') }))
  expect(verify()).toMatchObject([
    { rows: 2400, pruned: null },
    { rows: 3, pruned: null },
  ])
  expect(told).toEqual([])
  expect(rowsOf(await pruned())).toEqual(dry)
})

test('AU3 it may be pruned again, and again there is nothing to prune', async () => {
  await filled()
  await pruned({ keepDays: 50 })
  expect(await pruned()).toMatchObject({ journals: [{ rows: 960 }, { rows: 0 }] })
  expect(await pruned()).toMatchObject({ journals: [{ rows: 0 }, { rows: 0 }] })
  expect(verify()).toMatchObject([{ fault: null, pruned: { rows: 2160 } }, { fault: null }])
})

test('AU3 each row that tells of it is told in the log as well', async () => {
  await filled()
  const told: unknown[] = []
  await pruned({ tell: (_level, _message, details) => told.push(details) })
  const [own] = verify()
  expect(told.at(-1)).toMatchObject({
    audit: { journal: 'watchdog', action: 'pruned', hash: own?.last?.hash },
  })
})

test.each<[string, string]>([
  ['a kept row edited', `UPDATE journal_row SET event = replace(event, '"2200"', '"2201"')`],
  ['the first kept row dropped', 'DELETE FROM journal_row WHERE seq = 2161'],
  ['more of the front dropped', 'DELETE FROM journal_row WHERE seq < 2300'],
  [
    'the number of rows edited',
    `UPDATE journal_row SET event = replace(event, '"rows":2160', '"rows":2159')`,
  ],
  [
    'the hash of the anchor edited',
    `UPDATE journal_row SET event = replace(event, '"last_hash":"', '"last_hash":"0')`,
  ],
  ['its time edited', `UPDATE journal_row SET event = replace(event, '"last_at":17', '"last_at":16')`],
  ['whoever did it edited', `UPDATE journal_row SET event = replace(event, 'local:ops', 'local:eve')`],
  ['the row that tells of it dropped', 'DELETE FROM journal_row WHERE seq = 2402'],
  [
    'rows put in front',
    `INSERT INTO journal_row SELECT 2160, id, wall, monotonic, boot, event, previous_hash, hash FROM journal_row WHERE seq = 2161`,
  ],
])('AU3 tampering after a prune is found, and nothing more is pruned: %s', async (_title, statement) => {
  await filled()
  await pruned()
  change(watchdog, statement)
  expect(verify()[0]?.fault).not.toBeNull()
  expect((await pruned({ keepDays: 1 })).kind).toBe('broken')
})

test('AU3 the trail goes on by what the removed rows said of their time', async () => {
  await filled()
  const recordAt = (seq: number) => {
    for (const entry of readTrail(directory, POLICY_PRESETS)) {
      if (entry.row.journal === 'watchdog' && entry.row.seq === seq) return auditRecordOf(entry)
    }
    return null
  }
  const before = recordAt(2200)
  expect(before).toMatchObject({ contract_version: '7', thresholds: { retry_budget: 9 } })
  await pruned()
  expect(recordAt(2200)).toEqual(before)
})

test('AU3 interrupted between the journals, what is gone of the one is gone of the other for every reader', async () => {
  await filled()
  const whole = await stateRead()
  const [last] = await openJournalReader(watchdog).read(2159, 1)
  const [front] = await openJournalReader(agent).read(2, 1)
  const pruner = new JournalPruner(watchdog)
  const operators = { rows: 3, last_hash: front?.hash ?? '' }
  pruner.prune({ seq: 2160, hash: last?.hash ?? '' }, { operators, actor }, () => hours(2401))
  pruner.close()

  const state = await stateRead()
  expect(whole.guard.releasedAt).not.toBeNull()
  expect(state).toMatchObject({ guard: { latchedAt: null, releasedAt: null }, pause: null })
  expect([...readTrail(directory, POLICY_PRESETS)].every(({ row }) => row.journal === 'watchdog')).toBe(true)
  expect(await pruned({ isDryRun: true })).toMatchObject({ journals: [{ rows: 0 }, { rows: 3 }] })
  expect(await pruned()).toMatchObject({ journals: [{ rows: 0 }, { rows: 3 }] })
  expect(verify()).toMatchObject([{ fault: null }, { fault: null, pruned: { rows: 3 } }])
})

test('AU3 a front of the operators’ journal that is of another history is not passed over', async () => {
  await filled()
  const pruner = new JournalPruner(watchdog)
  const [last] = await openJournalReader(watchdog).read(2159, 1)
  const operators = { rows: 3, last_hash: 'f'.repeat(64) }
  pruner.prune({ seq: 2160, hash: last?.hash ?? '' }, { operators, actor }, () => hours(2401))
  pruner.close()
  expect((await stateRead()).guard.releasedAt).not.toBeNull()
})

test('AU3 the writer goes on where it was, and its readers too', async () => {
  await filled()
  const journal = openJournal(watchdog)
  const history = new JournalHistory([journal, openJournalReader(agent)])
  await history.catchUp()
  await pruned()
  const { seq } = await journal.append(changed('after'), hours(2402))
  expect(seq).toBe(2403)
  await history.catchUp()
  await journal.close()
  expect(verify()[0]).toMatchObject({ fault: null, last: { seq: 2403 } })
  expect(history.state).toEqual(await stateRead())
})

test('AU3 pruned while it is read from the beginning, it is read anew', async () => {
  await filled()
  const reader = openJournalReader(watchdog)
  let reads = 0
  const slow = {
    read: async (after: number, limit: number) => {
      const rows = await reader.read(after, limit)
      if (++reads === 6) await pruned()
      return rows
    },
    mark: () => null,
  }
  const state = await new JournalHistory([slow, openJournalReader(agent)]).catchUp()
  expect(state).toEqual(await stateRead())
  expect(state.guard.latchedAt).toBeNull()
})

test('AU3 a journal of an earlier release gives back what came free as well', async () => {
  await filled()
  change(
    watchdog,
    `PRAGMA journal_mode = DELETE; PRAGMA auto_vacuum = NONE; VACUUM; PRAGMA journal_mode = WAL`,
  )
  const size = statSync(watchdog).size
  expect(await pruned()).toMatchObject({ journals: [{ rows: 2160 }, {}] })
  expect(statSync(watchdog).size).toBeLessThan(size / 2 + 1_100_000)
  expect(verify()[0]?.fault).toBeNull()
})

test('AU3 after each stretch of work whoever waits for the journal is let in', async () => {
  await filled()
  let [ms, pauses] = [0, 0]
  const now = () => ({ ...hours(2401), monotonic: hours(2401).monotonic + (ms += 40) })
  const pause = async () => {
    pauses += 1
    const journal = openJournal(watchdog)
    await journal.append(changed('meanwhile'), now())
    await journal.close()
  }
  await pruned({ now, pause })
  expect(pauses).toBeGreaterThan(2)
  expect(verify()).toMatchObject([{ fault: null, pruned: { rows: 2160 } }, { fault: null }])
})

test('AU3 a second one at the same time is told so; a dry run needs nobody to wait', async () => {
  await filled()
  const lock = await takeLock(directory, 'prune')
  await expect(pruned()).rejects.toMatchObject({ code: 'prune_running' })
  expect(await pruned({ isDryRun: true })).toMatchObject({ journals: [{ rows: 2160 }, { rows: 3 }] })
  lock.release()
  expect(await pruned()).toMatchObject({ journals: [{ rows: 2160 }, { rows: 3 }] })
})

test('AU3 a latch that this release does not quite understand is not pruned: the watchdog goes by it', async () => {
  const strange = { ...latched, churn: 'three' } as unknown as JournalEvent
  await fill(watchdog, [started, strange, ...Array.from({ length: 2398 }, () => changed('x'))])
  expect(await pruned()).toMatchObject({
    journals: [
      { rows: 0, kept: 2400 },
      { rows: 0, kept: 0 },
    ],
    heldBy: { why: 'not_understood', rows: 2160 },
  })
  expect(verify()[0]).toMatchObject({ rows: 2400, fault: null, pruned: null })
})

test('AU3 whoever is in the middle of the trail reads it to its end, as of when it began', async () => {
  await filled()
  const reading = readTrail(directory, POLICY_PRESETS)
  const first = reading.next()
  await pruned()
  const rows = [first.value, ...reading].map((entry) => entry?.row)
  expect(rows).toHaveLength(2403)
  expect(rows.filter((row) => row?.event.type === 'pruned')).toEqual([])
})

test.each([
  ['before', 2],
  ['while', 3],
])(
  'AU3 a history that is begun anew %s the old one is pruned is left alone, marker and all',
  async (_when, time) => {
    await filled()
    let asked = 0
    const now = () => {
      if (++asked === time) abandonHistory(watchdog, START)
      return hours(2401)
    }
    await expect(pruned({ now })).rejects.toMatchObject({ code: 'stale_view' })
    expect(readMarker(watchdog)).toEqual({ kind: 'missing' })
    expect(existsSync(watchdog)).toBe(false)
  },
)
