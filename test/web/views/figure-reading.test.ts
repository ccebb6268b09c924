import { expect, test } from 'vitest'
import type { Observation } from '#web/compute/protocol.ts'
import { messages } from '#web/messages.ts'
import { observeMessages } from '#web/messages-observe.ts'
import type { Feed } from '#web/stores/feed.ts'
import { type FigureSource, figureReading } from '#web/views/observe/figure-reading.ts'

const AGENT_NOW = 5_000_000
const READ_AT = 1_000_000
const HOLD_MS = 15_000

interface Pool {
  saturation: number
  at: number
}

function feedOf(pool: unknown, kind: 'live' | 'stale' = 'live'): Feed<Observation> {
  const value = { agentNow: AGENT_NOW, pool } as unknown as Observation
  if (kind === 'live') return { kind, value, readAt: READ_AT }
  return { kind, value, readAt: READ_AT, why: { problem: messages.problems.noAnswer, retryAt: null } }
}

const source: FigureSource<Pool> = {
  section: ({ pool }) => pool as never,
  value: ({ saturation }) => saturation,
  sampledAt: ({ at }) => at,
}
const read = (at: number) => ({ kind: 'read', value: { saturation: 0.4, at } })

function reading(feed: Feed<Observation>, now = READ_AT + 300) {
  return figureReading(feed, source, { now, holdMs: HOLD_MS })
}

test('the age of a figure is that of its sample, on both clocks', () => {
  expect(reading(feedOf(read(AGENT_NOW - 700)))).toEqual({ kind: 'live', value: 0.4, ageMs: 1000 })
})

test('SH2 a sample that is older than it may speak for is stale, though the agent answers', () => {
  expect(reading(feedOf(read(AGENT_NOW - HOLD_MS)))).toMatchObject({ kind: 'live' })
  expect(reading(feedOf(read(AGENT_NOW - HOLD_MS - 1)))).toMatchObject({
    kind: 'stale',
    value: 0.4,
    why: messages.age.noNewSample,
  })
})

test('SH2 a stale feed makes stale figures that keep their value', () => {
  expect(reading(feedOf(read(AGENT_NOW), 'stale'), READ_AT + 42_000)).toEqual({
    kind: 'stale',
    value: 0.4,
    ageMs: 42_000,
    why: 'agent not answering, trying now',
  })
})

test.each([
  [{ kind: 'absent', reason: null }, observeMessages.figures.noStream],
  [{ kind: 'absent', reason: 'history_unreadable' }, observeMessages.gaps.history_unreadable],
  [{ kind: 'absent', reason: 'of_a_newer_agent' }, 'of_a_newer_agent'],
  [{ kind: 'malformed', fault: 'pool.t[3]' }, observeMessages.figures.malformed('pool.t[3]')],
])('a section without figures says why: %j', (section, why) => {
  expect(reading(feedOf(section))).toEqual({ kind: 'failed', why })
})

test('loading and failed feeds make loading and failed figures', () => {
  expect(reading({ kind: 'loading' })).toEqual({ kind: 'loading' })
  expect(reading({ kind: 'failed', problem: messages.problems.noAnswer, retryAt: READ_AT + 4300 })).toEqual({
    kind: 'failed',
    why: 'agent not answering, next try in 4 s',
  })
})
