import { expect, test } from 'vitest'
import { afterFailure, aged, type Feed, heldValue } from '#web/stores/feed.ts'

const problem = { code: 'agent_unreachable', title: 'The agent does not answer', detail: '' }
const failure = { problem, retryAt: 9000 }
const live: Feed<number> = { kind: 'live', value: 7, readAt: 1000 }

test('SH2 data is live until it is too old, then stale with the reason', () => {
  expect(aged(live, { now: 5999, limitMs: 5000, failure })).toBe(live)
  expect(aged(live, { now: 6000, limitMs: 5000, failure })).toEqual({ ...live, kind: 'stale', why: failure })
  expect(aged(live, { now: 6000, limitMs: 5000, failure: null })).toMatchObject({ why: { problem: null } })
})

test('a failure never takes a value away', () => {
  expect(afterFailure(live, failure)).toBe(live)
  const stale = aged(live, { now: 6000, limitMs: 5000, failure: null })
  expect(afterFailure(stale, failure)).toMatchObject({ kind: 'stale', value: 7, why: failure })
})

test('without a value a failure is all there is', () => {
  expect(afterFailure({ kind: 'loading' }, failure)).toEqual({ kind: 'failed', ...failure })
  const later = { problem, retryAt: 12_000 }
  expect(afterFailure({ kind: 'failed', ...failure }, later)).toEqual({ kind: 'failed', ...later })
})

test('only live and stale feeds hold a value', () => {
  expect(heldValue(live)).toBe(7)
  expect(heldValue({ kind: 'loading' })).toBeNull()
  expect(heldValue({ kind: 'failed', ...failure })).toBeNull()
})
