import { expect, test } from 'vitest'
import { poolFault, probeFault, requestFault } from '#domain/metrics/faults.ts'

const requests = { t: [1, 2, 2], durationMs: [0, 5.5, 7], status: [200, 200, 500] }
const pool = { t: [1, 2], checkedOut: [0, 3], maxCapacity: [30, 0] }
const probe = { t: [1, 2], ok: [true, false], latencyMs: [3, null], reason: [null, 'slow'] }

test('sound columns have no fault; equal times are legal', () => {
  expect([requestFault(requests), poolFault(pool), probeFault(probe)]).toEqual([null, null, null])
})

test.each([
  { found: requestFault({ ...requests, t: [1, 3, 2] }), at: ['requests', 't', 2, '2'] },
  { found: requestFault({ ...requests, t: [1, Number.NaN, 2] }), at: ['requests', 't', 1, 'NaN'] },
  { found: requestFault({ ...requests, durationMs: [0, -1, 7] }), at: ['requests', 'duration_ms', 1, '-1'] },
  { found: requestFault({ ...requests, status: [200, 200] }), at: ['requests', 'status', 2, '2'] },
  {
    found: requestFault({ ...requests, status: [200, 200, Infinity] }),
    at: ['requests', 'status', 2, 'Infinity'],
  },
  { found: poolFault({ ...pool, checkedOut: [0, Number.NaN] }), at: ['pool', 'checked_out', 1, 'NaN'] },
  { found: poolFault({ ...pool, maxCapacity: [30, 30, 30] }), at: ['pool', 'max_capacity', 2, '3'] },
  { found: probeFault({ ...probe, latencyMs: [null, null] }), at: ['probe', 'latency_ms', 0, 'null'] },
])('BI1 a fault names section, column, index and what was found: $at', ({ found, at }) => {
  expect([found?.section, found?.column, found?.index, found?.found]).toEqual(at)
})
