import { beforeEach, expect, test } from 'vitest'
import { pageOf } from '#agent/api/raw-forms.ts'
import { ColumnRing } from '#agent/store/column-ring.ts'
import { RawStore } from '#agent/store/raw-store.ts'

const START = 1_000_000
let store: RawStore

beforeEach(() => {
  store = new RawStore({ epoch: '0123abcd', startedAt: START })
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
  const page = after('ffffffff-5-0-0', ['requests'], 60_000, START + 2)
  expect(page).toMatchObject({ complete: false, requests: { t: [START + 1] } })
})

test('IN3 a cursor from the future is told', () => {
  expect(after('0123abcd-7-0-0', ['requests'], 60_000, START)).toMatchObject({ complete: false })
})

test.each(['', 'x', '0123abcd', '0123abcd-1-2', '0123abcd-1-2-3-4', '0123abcd--1-2-3', 'ZZZZZZZZ-1-2-3'])(
  'BI1 %j is no cursor',
  (text) => {
    expect(after(text, ['requests'], 60_000, START)).toBeNull()
  },
)

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
