import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { chartsOf } from '#web/compute/chart-series.ts'
import { Observer } from '#web/compute/observer.ts'
import type { Observation } from '#web/compute/protocol.ts'
import { settled } from '#web/compute/settle.ts'
import { frameBytes, NOTHING_NEW, NOW, rawPage } from '../raw-page.ts'

const question = { windowMs: 300_000, bucketMs: 5000, config, wantsCharts: true }

function requestsOf(observation: Observation) {
  if (observation.requests.kind !== 'read') throw new Error(observation.requests.kind)
  return observation.requests.value
}

function take(observer: Observer, page: Record<string, unknown>, fresh = false): Observation {
  const answer = observer.take({ bytes: frameBytes(page), fresh }, question)
  if ('fault' in answer) throw new Error(answer.fault)
  return settled(answer)
}

test('FC1 a page is answered with the figures of the domain', () => {
  const observation = take(new Observer(), rawPage(), true)
  expect(requestsOf(observation).metrics).toMatchObject({ 'request.count': 4, 'request.error_ratio': 0.25 })
  expect(observation.pool).toMatchObject({
    kind: 'read',
    value: { metrics: { 'pool.saturation': 0.4 }, last: { checkedOut: 12, maxCapacity: 30 } },
  })
  expect(observation.probe).toMatchObject({ kind: 'read', value: { lastAt: NOW - 1000 } })
  expect(observation.cursor).toBe('first')
})

test('FC1 breaker, cache, processes and restarts are computed in the browser, from their raw rows', () => {
  const { breaker, cache, process, restarts } = take(new Observer(), rawPage(), true)
  expect(breaker).toEqual({
    kind: 'read',
    value: {
      missing: null,
      metrics: {
        'breaker.closed_pct': 95,
        'breaker.open_pct': 5,
        'breaker.half_open_pct': 0,
        'breaker.openings': 1,
      },
    },
  })
  expect(cache).toMatchObject({ value: { metrics: { 'cache.l1_hit_rate': 0.6, 'cache.miss_rate': 0.1 } } })
  expect(process).toMatchObject({
    value: {
      metrics: {
        'worker.count': 2,
        'worker.rss_total_bytes': 101_000_000,
        'worker.rss_growth_bytes_per_h': -6_480_000_000,
      },
    },
  })
  expect(restarts).toMatchObject({
    value: { metrics: { 'restart.count_in_window': 2, 'restart.mttr_s': 4, 'restart.mtbf_s': 480 } },
  })
})

test('METRICS the state at the start of the window is known, however long ago it began', () => {
  const observer = new Observer()
  take(observer, rawPage({ breaker: { t: [NOW - 3_000_000], state: ['OPEN'] } }), true)
  const later = take(observer, rawPage({ ...NOTHING_NEW, now: NOW + 3_000_000 }))
  expect(later.breaker).toMatchObject({ value: { metrics: { 'breaker.open_pct': 100 } } })
  const closed = { t: [NOW + 3_100_000], state: ['CLOSED'] }
  const latest = take(observer, rawPage({ ...NOTHING_NEW, breaker: closed, now: NOW + 3_200_000 }))
  expect(latest.breaker).toMatchObject({
    value: { metrics: { 'breaker.open_pct': 66.67, 'breaker.closed_pct': 33.33 } },
  })
})

test('a restart that completes takes the place of its row; a page without restarts has none', () => {
  const observer = new Observer()
  take(observer, rawPage(), true)
  const restarts = { t_requested: [NOW - 20_000], t_completed: [NOW - 18_000], success: [true] }
  expect(take(observer, rawPage({ ...NOTHING_NEW, restarts })).restarts).toMatchObject({
    value: { metrics: { 'restart.mttr_s': 2, 'restart.count_in_window': 1 } },
  })
  const gaps = [{ stream: 'restarts', from: NOW - 300_000, to: NOW, reason: 'history_unreadable' }]
  const { restarts: none } = take(observer, rawPage({ ...NOTHING_NEW, restarts: undefined, gaps }))
  expect(none).toEqual({ kind: 'absent', reason: 'history_unreadable' })
})

test('IN3 what is not known just now says why, and is known again when its gap has ended', () => {
  const observer = new Observer()
  const gap = { stream: 'cache', from: NOW - 300_000, to: NOW, reason: 'block_missing' }
  const cache = NOTHING_NEW.cache
  const first = take(observer, rawPage({ cache, gaps: [gap] }), true)
  expect(first.cache).toMatchObject({
    value: { missing: 'block_missing', metrics: { 'cache.miss_rate': null } },
  })
  expect(first.breaker).toMatchObject({ value: { missing: null } })
  const goesOn = { ...gap, from: NOW, to: NOW + 1000 }
  const second = take(observer, rawPage({ ...NOTHING_NEW, gaps: [goesOn], now: NOW + 1000 }))
  expect(second.gaps).toEqual([{ ...gap, to: NOW + 1000 }])
  expect(second.cache).toMatchObject({ value: { missing: 'block_missing' } })
  const third = take(observer, rawPage({ ...NOTHING_NEW, now: NOW + 2000 }))
  expect(third.cache).toMatchObject({ value: { missing: null } })
})

test('a reading of the processes that the bound has cut is forgotten as a whole', () => {
  const observer = new Observer()
  const reading = (t: number) => ({
    t: Array.from({ length: 30_000 }, () => t),
    pid: Array.from({ length: 30_000 }, (_, pid) => pid),
    rss_bytes: Array.from({ length: 30_000 }, () => 1000),
  })
  take(observer, rawPage({ process: reading(NOW - 5000) }), true)
  const { process } = take(observer, rawPage({ ...NOTHING_NEW, process: reading(NOW), now: NOW + 1 }))
  expect(process).toMatchObject({
    value: { metrics: { 'worker.count': 30_000, 'worker.rss_growth_bytes_per_h': null } },
  })
})

test.each([
  [{ breaker: { t: [1], state: ['AJAR'] } }, 'breaker', 'breaker.state[0]'],
  [{ cache: { t: [1], l1_hits: [-1], l2_hits: [0], misses: [0] } }, 'cache', 'cache.l1_hits[0]'],
  [{ process: { t: [1, 1], pid: [1], rss_bytes: [1, 1] } }, 'process', 'process.pid[1]'],
  [
    { restarts: { t_requested: [5], t_completed: [4], success: [true] } },
    'restarts',
    'restarts.t_completed[0]',
  ],
] as const)('BI1 a malformed stream says so and leaves the others whole: %j', (changes, stream, place) => {
  const observation = take(new Observer(), rawPage(changes), true)
  expect(observation[stream]).toEqual({ kind: 'malformed', fault: expect.stringContaining(place) })
  const others = (['requests', 'pool', 'breaker', 'cache', 'process', 'probe', 'restarts'] as const).filter(
    (other) => other !== stream,
  )
  expect(others.map((other) => observation[other].kind)).toEqual(others.map(() => 'read'))
})

test('IN3 what is new is added to what is held, and the window slides on', () => {
  const observer = new Observer()
  take(observer, rawPage(), true)
  const later = NOW + 275_000
  const news = { t: [later - 5], duration_ms: [9], status: [200] }
  const { metrics } = requestsOf(take(observer, rawPage({ ...NOTHING_NEW, requests: news, now: later })))
  // Of the four only those of the last 25 s before the first page are still inside.
  expect(metrics['request.count']).toBe(4)
})

test('IN3 an incomplete page drops what is held', () => {
  const observer = new Observer()
  take(observer, rawPage(), true)
  const observation = take(observer, rawPage({ complete: false, cursor: 'second' }))
  expect(requestsOf(observation).metrics['request.count']).toBe(4)
})

test('a fresh page is not counted twice', () => {
  const observer = new Observer()
  take(observer, rawPage(), true)
  expect(requestsOf(take(observer, rawPage(), true)).metrics['request.count']).toBe(4)
})

test('IN3 a gap at the beginning shortens the watched window, so that the rate is honest', () => {
  const gaps = [{ stream: 'requests', from: NOW - 900_000, to: NOW - 40_000 }]
  const { metrics, observed, series } = requestsOf(take(new Observer(), rawPage({ gaps }), true))
  expect(observed).toEqual({ from: NOW - 40_000, to: NOW })
  expect(metrics['request.rate']).toBe(0.1)
  expect(series.ratePerS.filter((rate) => rate !== null).length).toBeLessThanOrEqual(8)
})

test('BI1 a malformed stream says so and leaves the others whole', () => {
  const pool = { t: [NOW - 1000], checked_out: ['many'], max_capacity: [30] }
  const observation = take(new Observer(), rawPage({ pool }), true)
  expect(observation.pool).toEqual({
    kind: 'malformed',
    fault: expect.stringMatching(
      /^(frame_malformed: )?pool\.checked_out\[0\]: expected a number, found "many"$/,
    ),
  })
  expect(observation.requests.kind).toBe('read')
  expect(observation.probe.kind).toBe('read')
})

test.each([
  [{ requests: { t: [2, 1], duration_ms: [1, 1], status: [200, 200] } }, 'requests.t[1]'],
  [{ requests: { t: [1], duration_ms: [-1], status: [200] } }, 'requests.duration_ms[0]'],
  [{ requests: { t: [1, 2], duration_ms: [1], status: [200, 200] } }, 'requests.duration_ms[1]'],
])('BI1 columns that no metric may be computed from are refused: %j', (changes, place) => {
  const { requests } = take(new Observer(), rawPage(changes), true)
  expect(requests.kind === 'malformed' && requests.fault).toContain(place)
})

test('IN3 what a malformed page would have held is a gap afterwards', () => {
  const observer = new Observer()
  take(observer, rawPage(), true)
  take(observer, rawPage({ ...NOTHING_NEW, requests: { t: 'no' }, now: NOW + 10_000 }))
  const observation = take(observer, rawPage({ ...NOTHING_NEW, now: NOW + 20_000 }))
  expect(observation.requests.kind).toBe('read')
  expect(observation.gaps).toContainEqual({ stream: 'requests', from: NOW, to: NOW + 10_000 })
})

test('a missing stream is absent from the page, not a reason to fail', () => {
  const observation = take(new Observer(), rawPage({ pool: undefined }), true)
  expect(observation.pool).toMatchObject({ kind: 'read', value: { metrics: { 'pool.saturation': null } } })
})

test.each([
  [new TextEncoder().encode('{"success":true,"data":{}}').buffer, 'frame_malformed: it is another version'],
  [new TextEncoder().encode('<html>').buffer, 'frame_malformed: it is cut off'],
  [new TextEncoder().encode('<html><head></head></html>').buffer, 'frame_malformed: it is another version'],
  [new ArrayBuffer(0), 'frame_malformed: it is cut off'],
  [frameBytes(rawPage({ format: 'holdfast.raw/2' })), 'data.format: expected holdfast.raw/1, found a text'],
  [frameBytes(rawPage({ cursor: 7 })), 'data.cursor: expected string, found 7'],
  [frameBytes(rawPage({ gaps: [{ from: 1, to: 2 }] })), 'data.gaps: expected gaps, found a list of 1'],
  [frameBytes(rawPage({ window: { from: 1 } })), 'data.window: expected from and to, found an object'],
  [frameBytes(rawPage({ now: 'noon' })), 'data.now: expected number, found a text'],
  [frameBytes(rawPage({ complete: undefined })), 'data.complete: expected boolean, found nothing'],
])('BI1 a page without its head is a fault that says where', (bytes, fault) => {
  expect(new Observer().take({ bytes, fresh: true }, question)).toEqual({ fault })
})

test('BI1 a stream whose bytes were changed on their way says so and leaves the others whole', () => {
  const bytes = new Uint8Array(frameBytes(rawPage()))
  bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
  const observation = new Observer().take({ bytes: bytes.buffer, fresh: true }, question)
  expect(observation).toMatchObject({
    restarts: { kind: 'malformed', fault: 'frame_malformed: its checksum does not fit' },
    requests: { kind: 'read' },
    pool: { kind: 'read' },
  })
})

test('a page with charts gets a series per bucket, and what is marked on each of them', () => {
  const pool = { t: [NOW - 60_000], checked_out: [12], max_capacity: [30] }
  const bytes = frameBytes(rawPage({ pool }))
  const answer = new Observer().take({ bytes, fresh: true }, question, chartsOf)
  if ('fault' in answer) throw new Error(answer.fault)
  const { charts, workers, windowMs } = answer
  expect(windowMs).toBe(300_000)
  expect(charts?.t).toHaveLength(60)
  expect(new Set(charts?.pool.checkedOut)).toEqual(new Set([null, 12]))
  expect(charts?.breaker.at(1)).toBe(0)
  expect(charts?.marks.map(({ kind, t }) => [kind, t - NOW])).toEqual([
    ['breaker', -30_000],
    ['restart', -20_000],
    ['breaker', -15_000],
  ])
  expect(workers.map(({ pid }) => pid)).toEqual([22, 23])
  expect(charts?.workers.map(({ pid }) => pid)).toEqual([22, 23])
})

test('who asks for no charts pays for none', () => {
  expect(take(new Observer(), rawPage(), true)).toMatchObject({ charts: null, workers: [] })
})

test('IN3 what an hour is asked about is held for an hour', () => {
  const observer = new Observer()
  const hour = { ...question, windowMs: 3_600_000, bucketMs: 30_000 }
  const old = { t: [NOW - 3_000_000], duration_ms: [9], status: [200] }
  const window = { from: NOW - 3_600_000, to: NOW }
  observer.take({ bytes: frameBytes(rawPage({ requests: old, window })), fresh: true }, hour)
  const answer = observer.take(
    { bytes: frameBytes(rawPage({ ...NOTHING_NEW, now: NOW + 1000 })), fresh: false },
    hour,
  )
  expect('requests' in answer && requestsOf(answer).metrics['request.count']).toBe(1)
})
