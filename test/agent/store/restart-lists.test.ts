import { expect, test } from 'vitest'
import { restartLists, restartReader } from '#agent/store/restart-lists.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import { apply, emptyState, type JournalState } from '#domain/journal/fold.ts'
import { columnFaults } from '#domain/schemas/raw-columns.ts'
import type { HistoryEntry } from '#domain/schemas/state-file.ts'
import { attemptEvents } from '../operator/place.ts'

const T = 1_763_600_000_000

function after(state: JournalState, event: JournalEvent, wall: number): JournalState {
  const time = { wall, monotonic: wall - T, boot: 'a boot' }
  return apply(state, { seq: 1, id: 'x', time, event, previous_hash: '', hash: '' })
}

const imported = (entry: HistoryEntry): JournalEvent => ({
  type: 'history_imported',
  file: 'restart-state.json',
  entries: [entry],
})

test('INTERFACES attempts are executed, manual_override, or undecided and not failed; nothing else is', () => {
  const at = (second: number) => new Date(T + second * 1000).toISOString()
  const entries: HistoryEntry[] = [
    { requested_at: at(1), completed_at: at(4), success: true, decision: 'executed' },
    { requested_at: at(5), completed_at: at(9), success: false, decision: 'manual_override' },
    { requested_at: at(10), completed_at: at(11), success: true },
    { requested_at: at(20), success: false },
    { requested_at: at(21), success: false, decision: 'blocked' },
    { requested_at: at(22), success: false, decision: 'failed' },
    { requested_at: at(23), completed_at: at(24), success: true, decision: 'external' },
  ]
  const state = entries.reduce((sum, entry) => after(sum, imported(entry), T + 60_000), emptyState)
  expect(restartLists(state)).toEqual({
    t_requested: [T + 1000, T + 5000, T + 10_000],
    t_completed: [T + 4000, T + 9000, T + 11_000],
    success: [true, false, true],
  })
})

test('METRICS an attempt whose end nobody has written did not complete, whatever else is said of it', () => {
  const entry: HistoryEntry = { requested_at: new Date(T).toISOString(), success: true, decision: 'executed' }
  const lists = restartLists(after(emptyState, imported(entry), T + 60_000))
  expect(lists).toEqual({ t_requested: [T], t_completed: [null], success: [false] })
  expect(columnFaults('restarts', lists)).toEqual([])
})

test('IN2 a restart that is under way has no completion; when it has ended, its row says so', () => {
  const [claimed, intent, outcome] = attemptEvents('r') as [JournalEvent, JournalEvent, JournalEvent]
  let state = after(after(emptyState, claimed, T), intent, T)
  const read = restartReader(() => state)
  expect(read()).toEqual({ t_requested: [T], t_completed: [null], success: [false] })
  expect(read()).toBe(read())
  state = after(state, outcome, T + 2500)
  expect(read()).toEqual({ t_requested: [T], t_completed: [T + 2500], success: [true] })
})

test('WD11 a history that cannot be read gives none, and no empty list', () => {
  expect(restartReader(() => null)()).toBeNull()
})
