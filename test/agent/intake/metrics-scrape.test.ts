import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pageOf } from '#agent/api/raw-forms.ts'
import { type MetricsScrape, startMetricsScrape } from '#agent/intake/metrics-scrape.ts'
import { scrapedSeries } from '#agent/intake/scraped-series.ts'
import type { HttpAnswer } from '#agent/ports/http-probe.ts'
import { loadSettings } from '#agent/settings/settings.ts'
import { RawStore } from '#agent/store/raw-store.ts'
import { ManualClock } from '../manual-clock.ts'
import { noRestarts } from '../no-restarts.ts'

const ENV = {
  HOLDFAST_TARGET_METRICS_URL: 'http://127.0.0.1:8080/metrics',
  HOLDFAST_SCRAPE_POOL_CHECKED_OUT: 'db_pool_checked_out',
  HOLDFAST_SCRAPE_POOL_MAX_CAPACITY: 'db_pool_size',
  HOLDFAST_SCRAPE_BREAKER_STATE: 'breaker{name="pricing"}',
  HOLDFAST_SCRAPE_CACHE_L1_HITS: 'cache_total{result="l1"}',
  HOLDFAST_SCRAPE_CACHE_L2_HITS: 'cache_total{result="l2"}',
  HOLDFAST_SCRAPE_CACHE_MISSES: 'cache_total{result="miss"}',
}
const METRICS = `# TYPE db_pool_checked_out gauge
db_pool_checked_out{pid="21"} 2
db_pool_checked_out{pid="22"} 3
db_pool_size 30
breaker{name="pricing"} 1
breaker{name="mail"} 0
cache_total{result="l1",pid="21"} 40
cache_total{result="l1",pid="22"} 2
cache_total{result="l2"} 7
cache_total{result="miss"} 1e3
`
const series = (env: Record<string, string> = ENV) => scrapedSeries(loadSettings(env).config.values)

const clock = new ManualClock()
let store: RawStore
let scrape: MetricsScrape
let answer: HttpAnswer
let asked: unknown[]

beforeEach(() => {
  vi.useFakeTimers()
  store = new RawStore({ epoch: '0123abcd', startedAt: clock.wallNow(), readRestarts: noRestarts })
  asked = []
})
afterEach(() => {
  scrape.stop()
  vi.useRealTimers()
})

async function start(body: string, env = ENV): Promise<void> {
  answer = { kind: 'answered', status: 200, body }
  const ask = async (...question: unknown[]) => {
    asked.push(question)
    return answer
  }
  scrape = startMetricsScrape({
    url: ENV.HOLDFAST_TARGET_METRICS_URL,
    series: series(env),
    timeoutMs: 800,
    ask,
    clock,
    store,
  })
  await vi.advanceTimersByTimeAsync(0)
}

async function again(next: HttpAnswer): Promise<void> {
  answer = next
  clock.pass(5000)
  await vi.advanceTimersByTimeAsync(5000)
}

function page() {
  const now = clock.wallNow() + 1
  return pageOf(store.window(['pool', 'breaker', 'cache'], 20_000, now))
}

const reasons = () =>
  page().gaps.flatMap(({ stream, reason }) =>
    reason === 'before_agent_start' ? [] : [`${stream} ${reason}`],
  )

test('IN1 named series become rows; those of several workers are added up', async () => {
  await start(METRICS)
  expect(page()).toMatchObject({
    pool: { checked_out: [5], max_capacity: [30] },
    breaker: { state: ['OPEN'] },
    cache: { l1_hits: [42], l2_hits: [7], misses: [1000] },
  })
  expect(reasons()).toEqual([])
  expect(scrape.status()).toEqual({ scrapes: 1, failures: {}, last_failure: null })
  expect(asked).toEqual([['http://127.0.0.1:8080/metrics', 800]])
})

test.each([
  ['breaker{name="pricing"} 0', 'CLOSED'],
  ['breaker{name="pricing"} 2', 'HALF_OPEN'],
  ['breaker{name="pricing",w="1"} 1\nbreaker{name="pricing",w="2"} 1', 'OPEN'],
  ['breaker{name="pricing",state="closed"} 0\nbreaker{name="pricing",state="half-open"} 1', 'HALF_OPEN'],
  ['breaker{name="pricing",w="1"} 1\nbreaker{name="pricing",w="2"} 0', 'metric_malformed'],
  ['breaker{name="pricing"} 3', 'metric_malformed'],
  ['breaker{name="pricing"} NaN', 'metric_malformed'],
  ['breaker{name="pricing",state="open"} 0', 'metric_malformed'],
  ['breaker 1', 'metric_missing'],
])('IN1 the breaker that says %j is %s', async (body, expected) => {
  await start(body, { ...ENV })
  const { breaker } = page()
  expect(
    breaker?.state[0] ??
      reasons()
        .find((gap) => gap.startsWith('breaker'))
        ?.split(' ')[1],
  ).toBe(expected)
})

test.each<[HttpAnswer, string]>([
  [{ kind: 'failed', reason: 'timeout' }, 'target_timeout'],
  [{ kind: 'failed', reason: 'malformed' }, 'target_malformed'],
  [{ kind: 'answered', status: 404, body: METRICS }, 'metrics_status'],
  [{ kind: 'answered', status: 200, body: `${METRICS}cut off{` }, 'metrics_malformed'],
  [{ kind: 'answered', status: 200, body: '' }, 'metric_missing'],
  [{ kind: 'answered', status: 200, body: METRICS.replaceAll(/ \S+$/gm, ' -1') }, 'metric_malformed'],
])('BI1 %j is no row, is counted, and is a gap that ends with the next good one', async (bad, reason) => {
  await start(METRICS)
  const from = clock.wallNow() + 5000
  await again(bad)
  expect(reasons()).toEqual(['pool', 'breaker', 'cache'].map((stream) => `${stream} ${reason}`))
  expect(scrape.status().failures).toEqual({ [reason]: reason.startsWith('metric_') ? 3 : 1 })
  expect(scrape.status().last_failure).not.toBeNull()
  await again({ kind: 'answered', status: 200, body: METRICS })
  expect(page().gaps.filter((gap) => gap.reason === reason)).toEqual(
    ['pool', 'breaker', 'cache'].map((stream) => ({ stream, from, to: from + 5000, reason })),
  )
  expect(page().cache?.misses).toEqual([1000, 1000])
})

test('AU5 what stands in a line that cannot be read is not repeated', async () => {
  await start('a{token="hunter2"} x')
  expect(scrape.status().last_failure).toBe('line 1: expected a sample as Prometheus writes it')
})

test('a stream whose series are not named is not scraped', async () => {
  const { HOLDFAST_TARGET_METRICS_URL, HOLDFAST_SCRAPE_BREAKER_STATE } = ENV
  await start(METRICS, { HOLDFAST_TARGET_METRICS_URL, HOLDFAST_SCRAPE_BREAKER_STATE } as typeof ENV)
  expect(page()).toMatchObject({ breaker: { state: ['OPEN'] }, pool: { t: [] }, cache: { t: [] } })
  expect(reasons()).toEqual([])
})

test.each([
  [{ HOLDFAST_TARGET_METRICS_URL: ENV.HOLDFAST_TARGET_METRICS_URL }, 'HOLDFAST_SCRAPE_…'],
  [{ HOLDFAST_SCRAPE_BREAKER_STATE: 'b' }, 'HOLDFAST_TARGET_METRICS_URL'],
  [{ ...ENV, HOLDFAST_SCRAPE_CACHE_MISSES: undefined }, 'HOLDFAST_SCRAPE_CACHE_MISSES'],
  [{ ...ENV, HOLDFAST_SCRAPE_POOL_CHECKED_OUT: 'a{' }, 'HOLDFAST_SCRAPE_POOL_CHECKED_OUT'],
])('BI1 half of a wish is told at the start, by the variable that is missing', (env, variable) => {
  expect(() => series(env as Record<string, string>)).toThrow(variable)
})

test('nothing named, nothing scraped', () => {
  expect(series({}).size).toBe(0)
})
