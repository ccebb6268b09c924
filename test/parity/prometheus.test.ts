/**
 * Rates over counters, against a real Prometheus that holds the same samples (FC5).
 *
 * Its `increase` and `rate` first add up what a counter grew by, resets included, exactly as the contract says;
 * then they extrapolate from the first and last sample of the range to the range's ends. The contract knows no
 * such guess. So each range here begins with its first sample and ends with its last (before version 3 a range
 * includes both ends): nothing is left to extrapolate, and what remains is the sum. For counters that are
 * sampled irregularly that is the range from the window's first sample to its last, asked for at the latter.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { METRICS, type FigureId, type Metrics } from '#domain/metrics/contract.ts'
import { measureText } from './cases.ts'
import { documentOf, type Row, seeded, whole } from './fixtures.ts'
import { Prometheus, type Series } from './prometheus.ts'

const FROM = Date.UTC(2025, 10, 20, 1)
const TO = FROM + 3_600_000
const SCRAPE_MS = 15_000
const random = seeded(2025)

/** A process that counts is restarted right after these samples. */
const RESTARTS = [FROM + 40 * SCRAPE_MS, FROM + 41 * SCRAPE_MS, FROM + 200 * SCRAPE_MS]

const requests: Row[] = Array.from({ length: 4000 }, () => whole(random, FROM - 600_000, TO + 60_000))
  .sort((one, other) => one - other)
  .map((t) => [t, 12, random() < 0.07 ? 503 : 200])

function counted(name: string, holds: (status: number) => boolean): Series {
  const times = requests.filter(([, , status]) => holds(Number(status))).map(([t]) => Number(t))
  const scrapes = Array.from({ length: 241 }, (_, i) => FROM + i * SCRAPE_MS)
  return {
    name,
    samples: scrapes.map((at) => {
      const since = RESTARTS.findLast((restart) => restart < at) ?? 0
      return [at, times.filter((t) => since <= t && t < at).length]
    }),
  }
}

/** Some ten seconds apart, from before the window to after it, so that no sample meets a border. */
const irregular = Array.from({ length: 380 }, (_, i) => FROM - 60_000 + i * 10_000 + whole(random, 1, 9000))
const withinWindow = irregular.filter((t) => FROM <= t && t < TO)

const counters = [5000, 300, 200]
const cache: Row[] = irregular.map((t, i) => {
  counters.forEach((count, at) => (counters[at] = count + whole(random, 0, 90 >> (2 * at))))
  if (i === 100) counters[0] = 4
  if (i === 200 || i === 201) counters.fill(1)
  return [t, ...counters]
})
const workers: Row[] = irregular.flatMap((t, i) =>
  [0, 1, 2, 3].map((pid): Row => [t, 500 + pid, 9e7 + i * 12_345 + whole(random, 0, 3e6)]),
)
const probes: Row[] = irregular.map((t, i) => {
  const ok = i % 17 !== 0
  return [t, ok, ok ? whole(random, 100, 90_000) / 100 : null, null]
})

function column(name: string, rows: readonly Row[], at: number): Series {
  return { name, samples: rows.map((row) => [Number(row[0]), Number(row[at])]) }
}

let prometheus: Prometheus
let found: Metrics
beforeAll(async () => {
  const totals = irregular.map((t): [number, number] => {
    const reading = workers.filter(([time]) => time === t)
    return [t, reading.reduce((sum, [, , rss]) => sum + Number(rss), 0)]
  })
  prometheus = await Prometheus.startWith([
    counted('requests_total', () => true),
    counted('errors_total', (status) => status >= 500),
    column('l1_hits_total', cache, 1),
    column('l2_hits_total', cache, 2),
    column('misses_total', cache, 3),
    { name: 'workers_rss_bytes', samples: totals },
    column('probe_ok', probes, 1),
    column(
      'probe_latency_ms',
      probes.filter(([, ok]) => ok === true),
      2,
    ),
  ])
  found = measureText(
    JSON.stringify(documentOf({ from: FROM, requests, cache, process: workers, probe: probes })),
  )
}, 60_000)
afterAll(() => prometheus.stop())

const LAST = withinWindow.at(-1) as number
const SPAN = `[${LAST - (withinWindow[0] as number)}ms]`
const LOOKUPS = `(increase(l1_hits_total${SPAN}) + increase(l2_hits_total${SPAN}) + increase(misses_total${SPAN}))`

const QUERIES: [id: FigureId, expression: string, at: number][] = [
  ['request.count', 'increase(requests_total[1h])', TO],
  ['request.rate', 'rate(requests_total[1h])', TO],
  ['request.error_ratio', 'increase(errors_total[1h]) / increase(requests_total[1h])', TO],
  ['slo.burn_rate_1h', 'increase(errors_total[1h]) / increase(requests_total[1h]) / 0.001', TO],
  ['slo.burn_rate_5m', 'increase(errors_total[5m]) / increase(requests_total[5m]) / 0.001', TO],
  ['cache.l1_hit_rate', `increase(l1_hits_total${SPAN}) / ${LOOKUPS}`, LAST],
  ['cache.l2_hit_rate', `increase(l2_hits_total${SPAN}) / ${LOOKUPS}`, LAST],
  ['cache.miss_rate', `increase(misses_total${SPAN}) / ${LOOKUPS}`, LAST],
  ['worker.rss_growth_bytes_per_h', `deriv(workers_rss_bytes${SPAN}) * 3600`, LAST],
  ['probe.availability_pct', `avg_over_time(probe_ok${SPAN}) * 100`, LAST],
  ['probe.latency_p95_ms', `quantile_over_time(0.95, probe_latency_ms${SPAN})`, LAST],
]

test.each(QUERIES)('FC5 %s is what Prometheus says: %s', async (id, expression, at) => {
  const said = await prometheus.query(expression, at)
  const { places, tolerance } = METRICS[id]
  const limit = typeof tolerance === 'number' ? tolerance : tolerance.relative * Math.abs(said)
  // Prometheus does not round.
  expect(Math.abs((found[id] ?? Number.NaN) - said), `${found[id]} and ${said}`).toBeLessThanOrEqual(
    Math.max(limit, 0.5 * 10 ** -places) * (1 + 1e-9),
  )
})

test.each([
  ['requests_total[1h]', TO, 3],
  [`l1_hits_total${SPAN}`, LAST, 2],
  [`misses_total${SPAN}`, LAST, 1],
])('FC5 Prometheus, too, sees the resets of %s', async (range, at, least) => {
  expect(await prometheus.query(`resets(${range})`, at)).toBeGreaterThanOrEqual(least)
})
