/**
 * The scrape of the target's own metrics (IN1), where an address is given: pool, breaker and cache from the series that
 * the configuration names, in the place of what the health payload says of them. Bounded in time and size by the port;
 * what cannot be read is counted by its reason and told as a gap.
 */
import { type MetricSample, type MetricSelector, readMetricsText } from '#domain/schemas/metrics-text.ts'
import type { ScrapeStatus } from '#domain/schemas/admin-api.ts'
import type { GapReason } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HttpAnswer, HttpProbe } from '#agent/ports/http-probe.ts'
import type { RawStore } from '#agent/store/raw-store.ts'
import { AscendingTime } from './ascending-time.ts'
import {
  amountOf,
  breakerOf,
  type ScrapedSeries,
  type ScrapedStream,
  type SeriesFault,
} from './scraped-series.ts'

/** Within the 15 s that a gauge's sample speaks for, and three times as often as Prometheus asks by itself. */
const SCRAPE_EVERY_MS: DurationMs = 5_000

interface ScrapeParts {
  readonly url: string
  readonly series: ScrapedSeries
  readonly timeoutMs: DurationMs
  readonly ask: HttpProbe
  readonly clock: Clock
  readonly store: RawStore
}

interface Unreadable {
  readonly reason: GapReason
  readonly detail: string
}

export interface MetricsScrape {
  status(): ScrapeStatus
  stop(): void
}

export function startMetricsScrape({
  url,
  series,
  timeoutMs,
  ask,
  clock,
  store,
}: ScrapeParts): MetricsScrape {
  const time = new AscendingTime(clock)
  const names = new Set([...series.values()].flat().map(({ name }) => name))
  const status = { scrapes: 0, failures: {} as Record<string, number>, last_failure: null as string | null }
  let timer: NodeJS.Timeout | null = null
  let stopped = false
  for (const stream of series.keys()) store.beginGap(stream, time.now(), 'not_seen_yet')

  const count = ({ reason, detail }: Unreadable) => {
    status.failures[reason] = (status.failures[reason] ?? 0) + 1
    status.last_failure = detail
  }
  const look = async () => {
    const answer = await ask(url, timeoutMs)
    if (stopped) return
    const at = time.now()
    const read = readScrape(answer, names)
    status.scrapes += 1
    if ('reason' in read) count(read)
    for (const [stream, selectors] of series) {
      const missing =
        'reason' in read ? read.reason : storeSeries(store, at, { stream, selectors, samples: read.samples })
      if (missing === null) store.endGap(stream, at)
      else store.beginGap(stream, at, missing)
      // What costs all of them was counted once.
      if (missing !== null && 'samples' in read) count({ reason: missing, detail: `${stream}: ${missing}` })
    }
    timer = setTimeout(look, SCRAPE_EVERY_MS)
  }
  void look()

  return {
    status: () => ({ ...status, failures: { ...status.failures } }),
    stop: () => {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function readScrape(
  answer: HttpAnswer,
  names: ReadonlySet<string>,
): Unreadable | { readonly samples: readonly MetricSample[] } {
  if (answer.kind === 'failed') {
    const reason = `target_${answer.reason}` as const
    return { reason, detail: reason }
  }
  if (answer.status !== 200) return { reason: 'metrics_status', detail: `status ${answer.status}` }
  const read = readMetricsText(answer.body, names)
  if (read.ok) return { samples: read.value }
  const detail = read.findings.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ')
  return { reason: 'metrics_malformed', detail }
}

interface SeriesOfStream {
  readonly stream: ScrapedStream
  readonly selectors: readonly MetricSelector[]
  readonly samples: readonly MetricSample[]
}

/** Or why there is nothing to store. */
function storeSeries(
  store: RawStore,
  at: EpochMs,
  { stream, selectors, samples }: SeriesOfStream,
): SeriesFault | null {
  if (stream === 'breaker') {
    const [state = 'metric_missing'] = selectors.map((selector) => breakerOf(samples, selector))
    if (state === 'metric_missing' || state === 'metric_malformed') return state
    store.addBreakerState(at, state)
    return null
  }
  const amounts = selectors.map((selector) => amountOf(samples, selector))
  const fault = amounts.find((amount) => typeof amount === 'string')
  if (fault !== undefined) return fault
  const [first = 0, second = 0, third = 0] = amounts as number[]
  if (stream === 'pool') store.addPool(at, first, second)
  else store.addCache(at, { l1Hits: first, l2Hits: second, misses: third })
  return null
}
