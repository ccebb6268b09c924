import { expect, test } from 'vitest'
import type { Verdict } from '#domain/health/verdict.ts'
import { readHealth } from '#web/api/health-reading.ts'
import { messages } from '#web/messages.ts'
import { observeMessages } from '#web/messages-observe.ts'
import type { Feed } from '#web/stores/feed.ts'
import { verdictFace } from '#web/views/observe/verdict-face.ts'
import { sampleHealth } from '../sample-health.ts'

const NOW = 1_000_000
const verdict: Verdict = {
  level: 'degraded',
  headline: 'The connection pool is full',
  detail: '30 of 30 connections are checked out.',
  byItself: 'Nothing for 37 s.',
  nextStep: 'Look for slow queries.',
}
const value = readHealth(sampleHealth())
const problem = messages.problems.noAnswer

test('a live verdict is shown in the words of the domain', () => {
  const face = verdictFace({ kind: 'live', value, readAt: NOW }, verdict, NOW)
  expect(face).toMatchObject({
    headline: verdict.headline,
    detail: verdict.detail,
    byItself: verdict.byItself,
    nextStep: verdict.nextStep,
    kind: 'live',
    staleness: '',
    look: { word: 'Degraded', shape: 'triangle' },
  })
})

test('SH2 an old verdict says that it is old, and advises nothing that may be wrong now', () => {
  const why = { problem, retryAt: NOW + 3200 }
  const face = verdictFace({ kind: 'stale', value, readAt: NOW - 42_000, why }, verdict, NOW)
  expect(face.look).toMatchObject({ word: 'Last known: Degraded', tone: 'unknown' })
  expect(face.staleness).toBe('42 s old, agent not answering, next try in 4 s')
  expect(face.headline).toBe(verdict.headline)
  expect([face.byItself, face.nextStep]).not.toContain(verdict.byItself)
  expect([face.byItself, face.nextStep]).not.toContain(verdict.nextStep)
})

test.each<{ feed: Feed<typeof value>; headline: string; nextStep: string }>([
  { feed: { kind: 'loading' }, headline: messages.state.loading, nextStep: '' },
  {
    feed: { kind: 'failed', problem, retryAt: NOW + 1000 },
    headline: problem.title,
    nextStep: observeMessages.verdict.failedStep,
  },
  {
    feed: { kind: 'failed', problem: messages.problems.malformed('body: expected JSON'), retryAt: null },
    headline: 'The answer cannot be read',
    nextStep: observeMessages.verdict.oddStep,
  },
])('without an answer there is no verdict: $feed.kind', ({ feed, headline, nextStep }) => {
  expect(verdictFace(feed, null, NOW)).toMatchObject({ headline, nextStep, look: { word: 'Unknown' } })
})

test('BI1 a health answer that cannot be read says what was found, where', () => {
  const unreadable = readHealth({ ...sampleHealth(), status: 'splendid' })
  const face = verdictFace({ kind: 'live', value: unreadable, readAt: NOW }, null, NOW)
  expect(face.headline).toBe(messages.state.unreadable)
  expect(face.detail).toContain('status: expected healthy or degraded or unhealthy, found "splendid"')
})
