/** Whoever reads the journals late knows the same as whoever read them as they grew. */
import { expect, test } from 'vitest'
import type { EventTime, JournalEvent, JournalRow } from '#domain/journal/events.ts'
import { isGuardLatched } from '#domain/journal/fold.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { actor, ask, latched, refusal, released } from '../../domain/journal/diary.ts'

class Rows {
  readonly rows: JournalRow[] = []

  write(event: JournalEvent, time: EventTime): void {
    const seq = this.rows.length + 1
    this.rows.push({ seq, id: `e${seq}`, time, event, previous_hash: '', hash: `h${seq}` })
  }

  async read(after: number, limit: number): Promise<JournalRow[]> {
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
  expect([...anew.requests.values()].filter(({ outcome }) => outcome === null)).toEqual([])
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
