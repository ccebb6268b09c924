/** IN1: what a health payload tells beside the verdict, and what is said where it tells nothing. */
import { beforeEach, expect, test } from 'vitest'
import { awaitPayload, storePayload } from '#agent/intake/payload-streams.ts'
import { readAnswer } from '#agent/intake/read-answer.ts'
import { pageOf } from '#agent/api/raw-forms.ts'
import type { HttpAnswer } from '#agent/ports/http-probe.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { columnFaults } from '#domain/schemas/raw-columns.ts'
import { noRestarts } from '../no-restarts.ts'

const START = 1_000_000
const POOL = { runtime: { max_capacity: 30 }, state: { checked_out: 3, max_capacity: 30, saturation: 0.1 } }
const CACHE = { l1_hits: 5, l2_hits: 3, misses: 1 }
const breaker = (state: string) => ({ circuit_breaker: { state } })
const ALL = { database_pool: POOL, route_cache: CACHE, ...breaker('CLOSED') }
let store: RawStore
let scraped: Set<'pool' | 'breaker' | 'cache'>

beforeEach(() => {
  scraped = new Set()
  store = new RawStore({ epoch: '0123abcd', startedAt: START, readRestarts: noRestarts })
})

function answer(at: number, blocks: object, httpStatus = 200): void {
  const body = JSON.stringify({ status: 'healthy', ...blocks })
  take(at, { kind: 'answered', status: httpStatus, body })
}

function take(at: number, given: HttpAnswer): void {
  storePayload(store, readAnswer(given, 4, START + at), scraped)
}

function pageAt(at: number) {
  return pageOf(store.window(['pool', 'breaker', 'cache'], at, START + at))
}

test('IN2 each block is stored as it stands, under the time of its probe', () => {
  answer(10, ALL)
  answer(20, { ...ALL, route_cache: { l1_hits: 0, l2_hits: 4, misses: 0 } })
  expect(pageAt(30)).toMatchObject({
    pool: { t: [START + 10, START + 20], checked_out: [3, 3], max_capacity: [30, 30] },
    cache: { t: [START + 10, START + 20], l1_hits: [5, 0], l2_hits: [3, 4], misses: [1, 0] },
    breaker: { t: [START + 10], state: ['CLOSED'] },
    gaps: [],
  })
})

test('IN2 the breaker has a row for each change of its state', () => {
  for (const [step, state] of ['CLOSED', 'OPEN', 'OPEN', 'HALF_OPEN', 'OPEN', 'CLOSED'].entries())
    answer(step + 1, breaker(state))
  expect(pageAt(10).breaker).toEqual({
    t: [START + 1, START + 2, START + 4, START + 5, START + 6],
    state: ['CLOSED', 'OPEN', 'HALF_OPEN', 'OPEN', 'CLOSED'],
  })
})

test('IN3 until the first answer nothing is known, and that is said', () => {
  awaitPayload(store, START, scraped)
  answer(40, ALL)
  const gap = { from: START, to: START + 40, reason: 'not_seen_yet' }
  expect(pageAt(100).gaps).toEqual(['pool', 'breaker', 'cache'].map((stream) => ({ stream, ...gap })))
})

test('IN3 a target that does not answer is a gap and no row; the same state after it is no transition', () => {
  answer(10, ALL)
  take(20, { kind: 'failed', reason: 'timeout' })
  take(30, { kind: 'failed', reason: 'timeout' })
  answer(40, ALL)
  answer(50, { ...ALL, ...breaker('OPEN') })
  const page = pageAt(60)
  expect(page.breaker).toEqual({ t: [START + 10, START + 50], state: ['CLOSED', 'OPEN'] })
  expect(page.gaps.filter(({ stream }) => stream === 'breaker')).toEqual([
    { stream: 'breaker', from: START + 20, to: START + 40, reason: 'target_timeout' },
  ])
})

test.each([
  [{ database_pool: POOL, ...breaker('CLOSED') }, 'block_missing'],
  [{ ...ALL, route_cache: null }, 'block_missing'],
  [{ ...ALL, route_cache: { l1_hits: 'many', l2_hits: 0, misses: 0 } }, 'block_malformed'],
  [{ ...ALL, route_cache: { l1_hits: -1, l2_hits: 0, misses: 0 } }, 'block_malformed'],
  [{ ...ALL, route_cache: { l1_hits: 1e300, l2_hits: 0, misses: 0 } }, 'block_malformed'],
  [{ ...ALL, route_cache: { l1_hits: 1, misses: 0 } }, 'block_malformed'],
])('IN3 missing stays missing: %j is a gap of the cache alone, because of %s', (blocks, reason) => {
  answer(10, blocks)
  const page = pageAt(20)
  expect(page.gaps).toEqual([{ stream: 'cache', from: START + 10, to: START + 20, reason }])
  expect(page.cache).toEqual({ t: [], l1_hits: [], l2_hits: [], misses: [] })
  expect(page.pool?.t).toEqual([START + 10])
})

test('a plain status endpoint is no payload', () => {
  take(10, { kind: 'answered', status: 200, body: 'OK' })
  expect(pageAt(20).gaps.map(({ reason }) => reason)).toEqual(['no_payload', 'no_payload', 'no_payload'])
})

test('an unhealthy answer still says what it says', () => {
  answer(10, { status: 'unhealthy', ...ALL, ...breaker('OPEN') }, 503)
  expect(pageAt(20)).toMatchObject({ breaker: { state: ['OPEN'] }, cache: { misses: [1] }, gaps: [] })
})

test('BI1 whatever counters a payload holds, what is stored may stand in its columns', () => {
  const values = [0, 0.5, -0.5, 2 ** 53 - 1, 2 ** 53, 1e308, null, true, '1', {}, []]
  for (const [at, l1_hits] of values.entries())
    answer(at, { route_cache: { l1_hits, l2_hits: 1, misses: 2 } })
  const { cache } = pageAt(100)
  expect(cache?.l1_hits).toEqual([0, 0.5, 2 ** 53 - 1])
  expect(cache && columnFaults('cache', cache)).toEqual([])
})

test('IN1 a stream that is scraped has its source there alone', () => {
  scraped = new Set(['pool', 'breaker'])
  awaitPayload(store, START, scraped)
  answer(10, ALL)
  take(20, { kind: 'failed', reason: 'timeout' })
  const page = pageAt(30)
  expect([page.pool?.t, page.breaker?.t, page.cache?.t]).toEqual([[], [], [START + 10]])
  expect(new Set(page.gaps.map(({ stream }) => stream))).toEqual(new Set(['cache']))
})
