import { beforeEach, describe, expect, test } from 'vitest'
import { pageOf } from '#agent/api/raw-forms.ts'
import { ColumnRing } from '#agent/store/column-ring.ts'
import { readCursor, writeCursor } from '#agent/store/raw-cursor.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import type { RestartLists } from '#agent/store/restart-lists.ts'
import { noRestarts } from '../no-restarts.ts'

const START = 1_000_000
let store: RawStore

beforeEach(() => {
  store = new RawStore({ epoch: '0123abcd', startedAt: START, readRestarts: noRestarts })
})

/** As they are written in JSON. */
const windowOf = (...asked: Parameters<RawStore['window']>) => pageOf(store.window(...asked))
const after = (...asked: Parameters<RawStore['after']>) => {
  const page = store.after(...asked)
  return page === null ? null : pageOf(page)
}

test('IN3 a cursor continues exactly where the last page ended', () => {
  store.addRequest(START + 1, 10, 200)
  const first = windowOf(['requests'], 60_000, START + 2)
  store.addRequest(START + 3, 20, 503)
  const second = after(first.cursor, ['requests'], 60_000, START + 4)
  expect(first.requests?.duration_ms).toEqual([10])
  expect(second).toMatchObject({
    complete: true,
    requests: { t: [START + 3], duration_ms: [20], status: [503] },
  })
  expect(after(second?.cursor ?? '', ['requests'], 60_000, START + 5)?.requests?.t).toEqual([])
})

test('IN3 a window begins at its border, and what lies before the agent is a gap', () => {
  store.addRequest(START + 10, 1, 200)
  store.addRequest(START + 20, 2, 200)
  const page = windowOf(['requests', 'pool'], 15, START + 30)
  expect(page.requests?.t).toEqual([START + 20])
  expect(page.gaps).toEqual([])
  expect(windowOf(['pool'], 60, START + 30).gaps).toEqual([
    { stream: 'pool', from: START - 30, to: START, reason: 'before_agent_start' },
  ])
})

test('IN3 a cursor of another life of the agent is told, not guessed', () => {
  store.addRequest(START + 1, 10, 200)
  const page = after(`ffffffff-${START}-5-0-0-0-0-0`, ['requests'], 60_000, START + 2)
  expect(page).toMatchObject({ complete: false, requests: { t: [START + 1] } })
})

test('IN3 a cursor from the future is told', () => {
  expect(after(`0123abcd-${START}-7-0-0-0-0-0`, ['requests'], 60_000, START)).toMatchObject({
    complete: false,
  })
})

test('SD4 a cursor of the release before, which knew three streams, is told: the console goes on', () => {
  const page = after('0123abcd-0-0-0', ['requests', 'breaker'], 60_000, START + 2)
  expect(page).toMatchObject({ complete: false, requests: { t: [] }, breaker: { t: [] } })
})

test.each([
  '',
  'x',
  '0123abcd',
  '0123abcd-1-2',
  '0123abcd-1-2-3-4',
  '0123abcd--1-2-3',
  'ZZZZZZZZ-1-2-3',
  '0123abcd-1-2-3-4-5-6',
  '0123abcd-1-2-3-4-5-6-7-8',
  '0123abcd-1-2-3-4-5-6-x',
])('BI1 %j is no cursor', (text) => {
  expect(after(text, ['requests'], 60_000, START)).toBeNull()
})

test('IN3 the longest cursor that can be written is one that is read', () => {
  const most = 999_999_999_999_999
  const places = { requests: most, pool: most, breaker: most, cache: most, process: most, probe: most }
  const cursor = { epoch: '0123abcd', toldUntil: most, places }
  expect(readCursor(writeCursor(cursor))).toEqual(cursor)
  expect(writeCursor(cursor).length).toBeLessThanOrEqual(128)
})

describe('the breaker', () => {
  test('IN2 a state that goes on is no transition', () => {
    for (const [at, state] of (
      ['CLOSED', 'CLOSED', 'OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED'] as const
    ).entries())
      store.addBreakerState(START + at, state)
    expect(windowOf(['breaker'], 60_000, START + 10).breaker).toEqual({
      t: [START, START + 2, START + 4, START + 5],
      state: ['CLOSED', 'OPEN', 'HALF_OPEN', 'CLOSED'],
    })
  })

  test('METRICS the transition before the window comes with it, so that the state at its start is known', () => {
    store.addBreakerState(START + 1, 'CLOSED')
    store.addBreakerState(START + 5, 'OPEN')
    expect(windowOf(['breaker'], 10, START + 1000).breaker).toEqual({ t: [START + 5], state: ['OPEN'] })
    // One at exactly the start is an opening against the state before it.
    expect(windowOf(['breaker'], 995, START + 1000).breaker?.t).toEqual([START + 1, START + 5])
    expect(store.between(START + 3, START + 4).streams.breaker?.state).toEqual(['CLOSED'])
  })

  test('IN3 a cursor brings transitions that are new, and none again', () => {
    store.addBreakerState(START + 1, 'CLOSED')
    const { cursor } = windowOf(['breaker'], 60_000, START + 2)
    store.addBreakerState(START + 3, 'OPEN')
    expect(after(cursor, ['breaker'], 10, START + 1000)?.breaker).toEqual({ t: [START + 3], state: ['OPEN'] })
  })
})

test('IN4 of the processes no reading is served that was overwritten in part', () => {
  const workers = Array.from({ length: 300 }, (_, pid) => ({ pid, rssBytes: 1 }))
  for (let n = 0; n < 400; n += 1) store.addProcesses(START + n, workers)
  const page = windowOf(['process'], 60_000, START + 400)
  const [first = 0] = page.process?.t ?? []
  expect(page.process?.t.filter((t) => t === first)).toHaveLength(300)
  expect(page.process?.t.length).toBeGreaterThan(99_000)
  expect(page.gaps).toEqual([
    { stream: 'process', from: START + 400 - 60_000, to: first, reason: 'overwritten' },
  ])
})

describe('gaps', () => {
  test('IN3 what could not be seen is told with its reason, for its own stream alone', () => {
    store.beginGap('cache', START + 5, 'target_timeout')
    store.endGap('cache', START + 9)
    store.beginGap('cache', START + 20, 'block_missing')
    const { gaps } = windowOf(['cache', 'pool'], 30, START + 30)
    expect(gaps).toEqual([
      { stream: 'cache', from: START + 5, to: START + 9, reason: 'target_timeout' },
      { stream: 'cache', from: START + 20, to: START + 30, reason: 'block_missing' },
    ])
    expect(store.between(START + 6, START + 8).gaps).toEqual([
      { stream: 'cache', from: START + 6, to: START + 8, reason: 'target_timeout' },
    ])
  })

  test('IN3 by cursor each part of a gap is told once: the pages together say all of it', () => {
    store.beginGap('cache', START + 5, 'block_missing')
    const first = windowOf(['cache'], 30, START + 10)
    const second = after(first.cursor, ['cache'], 30, START + 20)
    store.endGap('cache', START + 25)
    const third = after(second?.cursor ?? '', ['cache'], 30, START + 40)
    const fourth = after(third?.cursor ?? '', ['cache'], 30, START + 50)
    const own = [first, second, third, fourth].flatMap((page) => page?.gaps ?? [])
    expect(own.filter(({ reason }) => reason === 'block_missing').map(({ from, to }) => [from, to])).toEqual([
      [START + 5, START + 10],
      [START + 10, START + 20],
      [START + 20, START + 25],
    ])
  })

  test('another reason is another gap, the same one goes on', () => {
    store.beginGap('cache', START + 1, 'target_timeout')
    store.beginGap('cache', START + 2, 'target_timeout')
    store.beginGap('cache', START + 3, 'target_refused')
    expect(windowOf(['cache'], 5, START + 5).gaps).toEqual([
      { stream: 'cache', from: START + 1, to: START + 3, reason: 'target_timeout' },
      { stream: 'cache', from: START + 3, to: START + 5, reason: 'target_refused' },
    ])
  })

  test('IN4 of too many gaps the oldest become one, and no time is lost of them', () => {
    for (let n = 0; n < 2000; n += 1) {
      store.beginGap('cache', START + n * 10, n % 2 === 0 ? 'target_timeout' : 'target_refused')
      store.endGap('cache', START + n * 10 + 5)
    }
    const { gaps } = windowOf(['cache'], 20_000, START + 20_000)
    expect(gaps).toHaveLength(1000)
    expect(gaps[0]).toEqual({ stream: 'cache', from: START, to: START + 10_005, reason: 'several' })
    expect(gaps[1]).toMatchObject({ from: START + 10_010 })
  })

  test('IN3 samples that were overwritten are a gap in a window, too', () => {
    for (let n = 0; n < 10_100; n += 1) store.addPool(START + n, 1, 12)
    expect(windowOf(['pool'], 20_000, START + 15_000).gaps).toEqual([
      { stream: 'pool', from: START - 5000, to: START + 100, reason: 'overwritten' },
    ])
  })
})

describe('restarts', () => {
  const lists = { t_requested: [7, START], t_completed: [9, null], success: [true, false] }

  test('METRICS they are served whole, however old, with each page: one that completes changes its row', () => {
    let held: RestartLists = lists
    const own = new RawStore({ epoch: '0123abcd', startedAt: START, readRestarts: () => held })
    const first = pageOf(own.window(['restarts'], 10, START + 100))
    expect(first).toMatchObject({ restarts: lists, gaps: [] })
    held = { ...lists, t_completed: [9, START + 50], success: [true, true] }
    const second = own.after(first.cursor, ['restarts'], 10, START + 200)
    expect(second).toMatchObject({ head: { complete: true }, streams: { restarts: held } })
  })

  test('WD11 a history that cannot be read is a gap and no empty list', () => {
    const own = new RawStore({ epoch: '0123abcd', startedAt: START, readRestarts: () => null })
    const page = pageOf(own.window(['restarts', 'pool'], 10, START + 100))
    expect(page).not.toHaveProperty('restarts')
    expect(page.gaps).toEqual([
      { stream: 'restarts', from: START + 90, to: START + 100, reason: 'history_unreadable' },
    ])
  })
})

test('IN2 probes keep what was seen: missing latency is null, reasons are their words', () => {
  store.addProbe(START + 1, { ok: true, latencyMs: 3.5, reason: '' })
  store.addProbe(START + 2, { ok: false, latencyMs: null, reason: 'target_timeout' })
  expect(windowOf(['probe'], 60_000, START + 3).probe).toEqual({
    t: [START + 1, START + 2],
    ok: [true, false],
    latency_ms: [3.5, null],
    reason: ['', 'target_timeout'],
  })
})

test('IN4 ever new reasons end as "other" instead of growing without bound', () => {
  for (let i = 0; i < 1000; i++)
    store.addProbe(START + i, { ok: false, latencyMs: null, reason: `reason ${i}` })
  const reasons = new Set(windowOf(['probe'], 60_000, START + 1000).probe?.reason)
  expect(reasons.size).toBeLessThanOrEqual(256)
  expect(reasons).toContain('other')
})

test('IN4 a full ring overwrites its oldest sample and knows it', () => {
  const ring = new ColumnRing(['t', 'v'], 3)
  for (let i = 0; i < 5; i++) ring.push({ t: i * 10, v: i })
  expect([ring.oldest, ring.next]).toEqual([2, 5])
  expect(ring.copy(0, 5)).toEqual({ t: Float64Array.of(20, 30, 40), v: Float64Array.of(2, 3, 4) })
  expect(ring.copy(4, 5)).toEqual({ t: Float64Array.of(40), v: Float64Array.of(4) })
  expect([0, 20, 25, 40, 41].map((t) => ring.firstAtLeast('t', t))).toEqual([2, 2, 3, 4, 5])
})
