/** Whoever reads the journals late knows the same as whoever read them as they grew. */
import { expect, test } from 'vitest'
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { isGuardLatched } from '#domain/journal/questions.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import type { JournalMark } from '#agent/ports/journal.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { actor, ask, latched, refusal, released } from '../../domain/journal/diary.ts'

class Rows {
  readonly rows: JournalRow[] = []

  reads = 0
  othersWrote = 0
  isMarked = true

  mark(): JournalMark | null {
    const { length: head } = this.rows
    return this.isMarked ? { others: String(this.othersWrote), head } : null
  }

  write(event: JournalEvent, time: EventTime): JournalRow {
    const seq = (this.rows.at(-1)?.seq ?? 0) + 1
    const row = { seq, id: `e${seq}`, time, event, previous_hash: `h${seq - 1}`, hash: `h${seq}` }
    this.rows.push(row)
    return row
  }

  async read(after: number, limit: number): Promise<JournalRow[]> {
    this.reads += 1
    return this.rows.filter(({ seq }) => seq > after).slice(0, limit)
  }
}

const at = (boot: number, monotonic: number): EventTime => ({
  wall: boot * 1e6 + monotonic,
  monotonic,
  boot: `boot-${boot}`,
})
const started: JournalEvent = {
  type: 'watchdog_started',
  version: '0',
  contract_version: '1',
  new_history: false,
}

test('WD4 a release of a boot that the watchdog did not see covers nothing of later boots', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  operators.write(released, at(2, 5))
  own.write(started, at(3, 10))
  own.write(latched, at(3, 20))
  operators.write({ type: 'paused', actor, reason: 'look', until: null }, at(3, 30))
  const history = new JournalHistory([own, operators])
  expect(isGuardLatched(await history.catchUp(), POLICY_PRESETS, at(3, 40))).toBe(true)
})

test('WD11 an operator’s word of this boot comes last, though the wall clock is behind since it began', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  own.write(latched, at(2, 10))
  operators.write({ type: 'resumed', actor, reason: 'done' }, { ...at(3, 5), wall: 0 })
  const history = new JournalHistory([own, operators], 'boot-3')
  await history.catchUp()
  own.write(latched, at(3, 90_000))
  const policy = { ...POLICY_PRESETS, guardRelease: 'window' as const, windowMs: 60_000 }
  expect(isGuardLatched(await history.catchUp(), policy, at(3, 90_010))).toBe(true)
})

test('WD9 a request that was settled long ago is not open again after everything was read anew', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  const grown = new JournalHistory([own, operators])
  for (let number = 0; number < 600; number++) {
    operators.write({ type: 'request_recorded', ask: ask(`r-${number}`) }, at(1, number * 2))
    await grown.catchUp()
    own.write(refusal(String(number)), at(1, number * 2 + 1))
    await grown.catchUp()
  }
  const anew = await new JournalHistory([own, operators]).catchUp()
  expect(anew.requests).toEqual(grown.state.requests)
  expect(anew.requests.open.size).toBe(0)
})

test('WD9 rows that were just written are taken as they are, and known as if they had been read', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  const history = new JournalHistory([own, operators])
  await history.catchUp()
  own.reads = 0
  const rows = [own.write(latched, at(1, 20)), own.write(refusal('one'), at(1, 21))]
  await history.wrote(rows)
  expect(own.reads).toBe(0)
  expect(history.state).toEqual(await new JournalHistory([own, operators]).catchUp())
  own.write(released, at(1, 30))
  expect((await history.catchUp()).guard.releasedAt).toEqual(at(1, 30))
})

test('WD9 briefly, a journal is read where somebody else wrote to it, and only there', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  operators.write(released, at(1, 11))
  const history = new JournalHistory([own, operators])
  await history.catchUp()
  await history.wrote([own.write(latched, at(1, 20))])
  for (const rows of [own, operators]) rows.reads = 0

  await history.catchUpBriefly()
  expect([own.reads, operators.reads]).toEqual([0, 0])

  operators.write(released, at(1, 30))
  operators.othersWrote += 1
  expect((await history.catchUpBriefly()).guard.releasedAt).toEqual(at(1, 30))
  expect([own.reads, operators.reads]).toEqual([0, 1])
})

test.each(['a row more', 'another change', 'no mark'])('WD9 briefly, it is read after %s', async (change) => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  const history = new JournalHistory([own, operators])
  await history.catchUp()
  own.reads = 0
  if (change === 'a row more') own.write(latched, at(1, 20))
  if (change === 'another change') own.othersWrote += 1
  if (change === 'no mark') own.isMarked = false
  await history.catchUpBriefly()
  expect(own.reads).toBe(1)
  expect(history.state).toEqual(await new JournalHistory([own, operators]).catchUp())
})

test('WD9 rows that do not follow what was read last are read, and what stands before them too', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(started, at(1, 10))
  const history = new JournalHistory([own, operators])
  await history.catchUp()
  own.write(latched, at(1, 20))
  await history.wrote([own.write(refusal('one'), at(1, 21))])
  expect(history.state.guard.latchedAt).toEqual(at(1, 20))
  expect(history.state).toEqual(await new JournalHistory([own, operators]).catchUp())
})

test('WD11 a journal that was begun anew is read from its beginning', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(latched, at(1, 10))
  const history = new JournalHistory([own, operators])
  expect((await history.catchUp()).guard.latchedAt).not.toBeNull()
  own.rows.length = 0
  own.write(started, at(1, 20))
  Object.assign(own.rows[0] ?? {}, { hash: 'another' })
  expect((await history.catchUp()).guard.latchedAt).toBeNull()
})

/** A source whose front is removed when it is read for that time. */
function prunedAt(time: number, source: Rows, count: number): Pick<Rows, 'read' | 'mark'> {
  let times = 0
  return {
    read: async (after, limit) => {
      if (++times === time) source.rows.splice(0, count)
      return source.read(after, limit)
    },
    mark: () => null,
  }
}

test.each([2, 3, 4, 5])(
  'AU3 pruned before it is read for the %ith time, it is read anew: no pause is known without its end',
  async (time) => {
    const [own, operators] = [new Rows(), new Rows()]
    const paused: JournalEvent = { type: 'paused', actor, reason: 'look', until: null }
    operators.write(paused, at(1, 1))
    for (let number = 2; number < 700; number++) operators.write(released, at(1, number))
    operators.write({ type: 'resumed', actor, reason: '' }, at(1, 700))
    for (let number = 701; number < 1_500; number++) operators.write(released, at(1, number))
    const state = await new JournalHistory([own, prunedAt(time, operators, 1_200)]).catchUp()
    expect(state.pause).toBeNull()
  },
)

test('AU3 pruned between the one journal and the other, both are read anew: no latch is known without its release', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  own.write(latched, at(1, 10))
  operators.write(released, at(1, 20))
  for (const rows of [own, operators]) rows.write({ type: 'pruned', rows: 1, last_hash: 'h1' }, at(1, 30))
  const pruning: Pick<Rows, 'read' | 'mark'> = {
    mark: () => null,
    read: async (after, limit) => {
      for (const { rows } of [own, operators]) if (rows[0]?.seq === 1) rows.shift()
      return operators.read(after, limit)
    },
  }
  const { guard } = await new JournalHistory([own, pruning]).catchUp()
  expect(guard).toEqual({ latchedAt: null, releasedAt: null })
})

test('AU3 rows that are missing in the middle of a journal are no prune: it is read to its end, once', async () => {
  const [own, operators] = [new Rows(), new Rows()]
  for (let number = 1; number < 1_200; number++) operators.write(released, at(1, number))
  operators.rows.splice(500, 1)
  const state = await new JournalHistory([own, operators]).catchUp()
  expect(state.guard.releasedAt).toEqual(at(1, 1_199))
})
