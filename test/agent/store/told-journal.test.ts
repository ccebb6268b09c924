import { expect, test } from 'vitest'
import type { SqliteJournal } from '#agent/store/sqlite-journal.ts'
import { toldJournal } from '#agent/store/told-journal.ts'
import { pausedEvent, timeOf } from '../../support/journal.ts'
import { until } from '../../support/until.ts'

const hash = 'a'.repeat(64)
const sound = (said: string[]): SqliteJournal => ({
  append: async (event, time, id = 'e7') => {
    await new Promise((done) => setImmediate(done))
    said.push('durable')
    return { seq: 7, id, time, event, previous_hash: '', hash }
  },
  appendTogether: async (events, time) =>
    events.map((event, index) => ({ seq: 7 + index, id: `e${index}`, time, event, previous_hash: '', hash })),
  read: async () => [],
  close: async () => undefined,
  mark: () => null,
  head: () => 7,
  has: () => true,
  hasReserve: () => true,
  restoreReserve: () => true,
})

test('AU2 a row is told when it is durable, with its place and its hash', async () => {
  const said: unknown[] = []
  const journal = toldJournal(sound(said as string[]), 'agent', (_level, message, details) =>
    said.push(message, details),
  )
  const row = await journal.append(pausedEvent(1, 'deploy'), timeOf(1))
  expect(row.seq).toBe(7)
  expect(said).toEqual(['durable'])
  await until('the line', () => said.length > 1)
  expect(said).toMatchObject([
    'durable',
    'automatic restarts paused (local:1, deploy)',
    { audit: { journal: 'agent', seq: 7, hash } },
  ])
})

test('AU2 what is still to be told is told when the journal is closed, in its order', async () => {
  const said: string[] = []
  const journal = toldJournal(sound([]), 'agent', (_level, message) => said.push(message))
  await journal.appendTogether([pausedEvent(1, 'deploy'), pausedEvent(1, 'again')], timeOf(1))
  expect(said).toEqual([])
  await journal.close()
  expect(said).toEqual([
    'automatic restarts paused (local:1, deploy)',
    'automatic restarts paused (local:1, again)',
  ])
})

test('AU2 a row that could not be written is not told', async () => {
  const said: unknown[] = []
  const full: SqliteJournal = { ...sound([]), append: () => Promise.reject(new Error('full')) }
  const journal = toldJournal(full, 'watchdog', (...line) => said.push(line))
  await expect(journal.append(pausedEvent(1), timeOf(1))).rejects.toThrow('full')
  expect(said).toEqual([])
})

test('WD9 a log that cannot be written costs no row', async () => {
  const journal = toldJournal(sound([]), 'watchdog', () => {
    throw new Error('EPIPE')
  })
  expect((await journal.append(pausedEvent(1), timeOf(1))).seq).toBe(7)
  await journal.close()
})
