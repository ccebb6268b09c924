import { expect, test } from 'vitest'
import { measureAlerts } from '#domain/metrics/alerts.ts'
import { DEFAULT_METRICS_CONFIG } from '#domain/metrics/config.ts'
import { numberColumns } from '#domain/schemas/raw-columns.ts'

type Probe = [t: number, reason: string | null]

const TO = 1_000_000
const window = { from: 0, to: TO }

function alerts({ breaches = 0, restarts = 0, probes = [] as Probe[] }) {
  return measureAlerts({
    breaches,
    restartsInWindow: restarts,
    limits: DEFAULT_METRICS_CONFIG.policy,
    probe: numberColumns('probe', {
      t: probes.map(([t]) => t),
      ok: probes.map(() => true),
      latency_ms: probes.map(() => 1),
      reason: probes.map(([, reason]) => reason),
    }),
    window,
  })
}

test('OB6 nothing raises no alert', () => {
  expect(Object.values(alerts({}))).toEqual([false, false, false])
})

test.each([
  [2, false],
  [3, true],
  [4, true],
])('OB6 %d breaches in a row, %d restarts in the window: %s', (count, raised) => {
  expect(alerts({ breaches: count })['alert.pool_pressure']).toBe(raised)
  expect(alerts({ restarts: count })['alert.restart_churn']).toBe(raised)
})

const DEGRADED: { title: string; probes: Probe[]; raised: boolean }[] = [
  { title: 'for exactly five minutes', probes: [[TO - 300_000, 'slow']], raised: true },
  { title: 'a millisecond less', probes: [[TO - 299_999, 'slow']], raised: false },
  {
    title: 'with other reasons in between',
    probes: [
      [TO - 400_000, 'slow'],
      [TO - 1000, 'pool_saturated'],
    ],
    raised: true,
  },
  {
    title: 'interrupted by one probe without a reason',
    probes: [
      [TO - 400_000, 'slow'],
      [TO - 200_000, ''],
      [TO - 1000, 'slow'],
    ],
    raised: false,
  },
  {
    title: 'until a moment ago',
    probes: [
      [TO - 400_000, 'slow'],
      [TO - 1000, null],
    ],
    raised: false,
  },
  {
    title: 'since before the window, of which only the inside is seen',
    probes: [
      [-1, 'slow'],
      [TO - 1000, 'slow'],
      [TO, null],
    ],
    raised: false,
  },
]

test.each(DEGRADED)('OB6 degraded $title: $raised', ({ probes, raised }) => {
  expect(alerts({ probes })['alert.degraded_sustained']).toBe(raised)
})
