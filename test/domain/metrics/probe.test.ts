import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG as config } from '#domain/metrics/config.ts'
import { lastProbeAt, measureProbe, type ProbeMetrics } from '#domain/metrics/probe.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import { numberColumns } from '#domain/schemas/raw-columns.ts'

type Row = [t: number, ok: boolean, latencyMs: number | null, reason?: string | null]

const window = { from: 0, to: 60_000 }

function columnsOf(rows: readonly Row[]) {
  return numberColumns('probe', {
    t: rows.map(([t]) => t),
    ok: rows.map(([, ok]) => ok),
    latency_ms: rows.map(([, , latency]) => latency),
    reason: rows.map(([, , , reason]) => reason ?? null),
  })
}

const CASES: { title: string; rows: Row[]; expected: Partial<ProbeMetrics> }[] = [
  {
    title: 'nothing',
    rows: [],
    expected: {
      'probe.availability_pct': null,
      'probe.latency_p95_ms': null,
      'probe.degraded_s': null,
      'probe.consecutive_failures': 0,
    },
  },
  {
    title: 'only failures: zero per cent, and no latency to speak of',
    rows: [
      [1000, false, null],
      [2000, false, 800],
    ],
    expected: {
      'probe.availability_pct': 0,
      'probe.latency_p95_ms': null,
      'probe.degraded_s': 0,
      'probe.consecutive_failures': 2,
    },
  },
  {
    title: 'a third fails: three places; the run ends with the last good one',
    rows: [
      [1000, false, null],
      [2000, true, 10],
      [3000, true, 20],
    ],
    expected: {
      'probe.availability_pct': 66.667,
      'probe.latency_p95_ms': 19.5,
      'probe.consecutive_failures': 0,
    },
  },
  {
    title: 'the latency of a failed probe does not count',
    rows: [
      [1000, true, 10],
      [2000, false, 5000],
    ],
    expected: { 'probe.latency_p95_ms': 10, 'probe.consecutive_failures': 1 },
  },
  {
    title: 'degraded while the last probe gave a reason; an empty reason is none',
    rows: [
      [1000, true, 1, 'pool exhausted'],
      [3000, true, 1, ''],
      [4000, false, null, 'circuit open'],
      [4500, true, 1, null],
    ],
    expected: { 'probe.degraded_s': 2.5 },
  },
  {
    title: 'a reason is held for hold_s, and never past the end of the window',
    rows: [
      [1000, true, 1, 'slow'],
      [50_000, true, 1, 'slow'],
    ],
    expected: { 'probe.degraded_s': 25 },
  },
]

test.each(CASES)('FC3 probe: $title', ({ rows, expected }) => {
  expect(settleAll(measureProbe(columnsOf(rows), window, config))).toMatchObject(expected)
})

test('FC3 the last probe is the last one inside the window', () => {
  const columns = columnsOf([
    [1000, true, 1],
    [60_000, true, 1],
  ])
  expect(lastProbeAt(columns, window)).toBe(1000)
  expect(lastProbeAt(columnsOf([]), window)).toBeNull()
})
