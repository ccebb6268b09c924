import { expect, test } from 'vitest'
import { foundText } from '#domain/schemas/findings.ts'
import { RAW_STREAMS } from '#domain/schemas/raw-v1.ts'
import { columnFaults, RAW_SECTIONS, soundNumbers } from '#domain/schemas/raw-columns.ts'

const requests = { t: [1, 2, 2], duration_ms: [0, 5.5, 7], status: [200, 200, 500] }
const pool = { t: [1, 2], checked_out: [0, 3], max_capacity: [30, 0] }
const breaker = { t: [1, 2], state: ['OPEN', 'CLOSED'] }
const cache = { t: [1, 2], l1_hits: [9, 0], l2_hits: [0, 0], misses: [1, 2] }
const process = { t: [1, 1], pid: [7, 8], rss_bytes: [0, 1024] }
const probe = { t: [1, 2], ok: [true, false], latency_ms: [3, null], reason: [null, 'slow'] }
const restarts = { t_requested: [1, 5], t_completed: [1, null], success: [true, false] }

test('sound columns have no fault; equal times are legal', () => {
  expect([
    columnFaults('requests', requests),
    columnFaults('pool', pool),
    columnFaults('breaker', breaker),
    columnFaults('cache', cache),
    columnFaults('process', process),
    columnFaults('probe', probe),
    columnFaults('restarts', restarts),
  ]).toEqual([[], [], [], [], [], [], []])
})

test.each([
  { faults: columnFaults('requests', { ...requests, t: [1, 3, 2] }), at: ['requests', 't', 2, '2'] },
  {
    faults: columnFaults('requests', { ...requests, t: [1, Number.NaN, 2] }),
    at: ['requests', 't', 1, 'NaN'],
  },
  {
    faults: columnFaults('requests', { ...requests, t: [1, 2, 1e16] }),
    at: ['requests', 't', 2, '10000000000000000'],
  },
  {
    faults: columnFaults('requests', { ...requests, duration_ms: [0, -1, 7] }),
    at: ['requests', 'duration_ms', 1, '-1'],
  },
  {
    faults: columnFaults('requests', { ...requests, status: [200, 200] }),
    at: ['requests', 'status', 2, '2'],
  },
  {
    faults: columnFaults('requests', { ...requests, status: [200, 200, Infinity] }),
    at: ['requests', 'status', 2, 'Infinity'],
  },
  {
    faults: columnFaults('pool', { ...pool, checked_out: [0, Number.NaN] }),
    at: ['pool', 'checked_out', 1, 'NaN'],
  },
  {
    faults: columnFaults('pool', { ...pool, max_capacity: [30, 30, 30] }),
    at: ['pool', 'max_capacity', 2, '3'],
  },
  {
    faults: columnFaults('breaker', { ...breaker, state: ['OPEN', 'open'] }),
    at: ['breaker', 'state', 1, '"open"'],
  },
  { faults: columnFaults('cache', { ...cache, misses: [1, -1] }), at: ['cache', 'misses', 1, '-1'] },
  {
    faults: columnFaults('process', { ...process, rss_bytes: [1, '1'] }),
    at: ['process', 'rss_bytes', 1, '"1"'],
  },
  { faults: columnFaults('probe', { ...probe, ok: [1, false] }), at: ['probe', 'ok', 0, '1'] },
  {
    faults: columnFaults('probe', { ...probe, latency_ms: [null, null] }),
    at: ['probe', 'latency_ms', 0, 'null'],
  },
  { faults: columnFaults('probe', { ...probe, reason: ['', 3] }), at: ['probe', 'reason', 1, '3'] },
  {
    faults: columnFaults('restarts', { ...restarts, t_requested: [5, 1] }),
    at: ['restarts', 't_requested', 1, '1'],
  },
  {
    faults: columnFaults('restarts', { ...restarts, t_completed: [1, 4.9] }),
    at: ['restarts', 't_completed', 1, '4.9'],
  },
  {
    faults: columnFaults('restarts', { ...restarts, t_completed: [null, null] }),
    at: ['restarts', 't_completed', 0, 'null'],
  },
])('BI1 a fault names section, column, index and what was found: $at', ({ faults, at }) => {
  const [fault] = faults
  expect([fault?.section, fault?.column, fault?.index, foundText(fault?.found)]).toEqual(at)
})

test('BI1 on their way to numbers columns are looked at in the same way', () => {
  const faulty = [
    ['requests', { ...requests, t: [1, 3, 2] }],
    ['breaker', { ...breaker, state: ['OPEN', 'open'] }],
    ['probe', { ...probe, latency_ms: [null, null] }],
    ['restarts', { ...restarts, t_completed: [1, 4.9] }],
  ] as const
  for (const [section, columns] of faulty) {
    expect(soundNumbers(section, columns as never)).toEqual(columnFaults(section, columns as never)[0])
  }
  expect(soundNumbers('requests', requests)).toEqual({
    t: [1, 2, 2],
    durationMs: [0, 5.5, 7],
    status: [200, 200, 500],
  })
  expect(soundNumbers('probe', probe)).toEqual({
    t: [1, 2],
    ok: Float64Array.of(1, 0),
    latencyMs: Float64Array.of(3, Number.NaN),
    reason: Float64Array.of(0, 1),
  })
})

test('BI1 each column tells its own first fault', () => {
  const faults = columnFaults('requests', { t: [2, 1, 0], duration_ms: [-1, -1, -1], status: [200] })
  expect(faults.map(({ column, index }) => [column, index])).toEqual([
    ['t', 1],
    ['duration_ms', 0],
    ['status', 1],
  ])
})

test('IN2 each section of the form is a stream that can be asked for', () => {
  expect(RAW_STREAMS).toEqual(Object.keys(RAW_SECTIONS))
})
