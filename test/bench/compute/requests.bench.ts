/**
 * The request metrics against what anybody would write first (an object for each request, sorted by duration), and
 * against the least that any of them could do: one plain pass over the columns. All in this one process, in turn.
 */
import type { RequestColumns } from '#domain/metrics/columns.ts'
import { DEFAULT_METRICS_CONFIG } from '#domain/metrics/config.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { measureRequests } from '#domain/metrics/requests.ts'
import { jitterOf, requestsOf } from '../support/requests.ts'
import { Story } from '../support/report.ts'
import { rounded, summary } from '../support/statistics.ts'

const MILLION = 1_000_000
const BUCKETS = 360
const CONFIG = DEFAULT_METRICS_CONFIG

const story = await Story.open('requests')
const columns = requestsOf({ count: MILLION, perMs: 1, seed: 1 })
const buckets = Array.from({ length: BUCKETS }, (_, index) => ({
  from: Math.round((index * MILLION) / BUCKETS),
  to: Math.round(((index + 1) * MILLION) / BUCKETS),
}))

const plainMs = medianMs(21, () => plainPass(columns))
const memoryBefore = usedBytes()
let mostBytes = 0
const oursMs = medianMs(21, () => {
  const answers = buckets.map((bucket) => measureRequests(columns, bucket, CONFIG))
  mostBytes = Math.max(mostBytes, usedBytes() - memoryBefore)
  return answers
})
const objectsMs = medianMs(3, () => objectsAndSort(columns))
story.measured(
  `${MILLION} requests in ${BUCKETS} buckets, nine figures each`,
  {
    ours_ms: rounded(oursMs),
    plain_pass_ms: rounded(plainMs),
    objects_and_sort_ms: rounded(objectsMs),
    times_a_plain_pass: rounded(oursMs / plainMs),
    times_faster_than_objects_and_sort: rounded(objectsMs / oursMs),
    extra_mib: rounded(mostBytes / 1_048_576),
  },
  {
    times_a_plain_pass: { atMost: 5 },
    times_faster_than_objects_and_sort: { atLeast: 60 },
    extra_mib: { atMost: 8 },
  },
)

const NEW_ROWS = 5_000
for (const windowRows of [10_000, 100_000, MILLION]) {
  const inOrder = tickMs(windowRows, 0)
  const late = tickMs(windowRows, 50)
  const sorting = sortedTickMs(windowRows)
  story.measured(
    `a tick of ${NEW_ROWS} new requests on a window of ${windowRows}`,
    {
      median_ms: rounded(inOrder),
      sorting_it_all_ms: rounded(sorting),
      times_faster_than_sorting: rounded(sorting / inOrder),
      out_of_order_ms: rounded(late),
      times_of_in_order: rounded(late / inOrder),
    },
    {
      ...(windowRows === MILLION
        ? { median_ms: { atMost: 0.5 }, times_faster_than_sorting: { atLeast: 600 } }
        : {}),
      times_of_in_order: { atMost: 2.5 },
    },
  )
}
story.close()

/** Rows come at one a millisecond, so the window's length in time is its number of rows. */
function tickMs(windowRows: number, jitterRows: number): number {
  const live = new LiveRequests(2 * MILLION)
  const ticks: number[] = []
  const pages = Math.ceil(windowRows / NEW_ROWS)
  for (let page = 0; page < pages + 60; page += 1) {
    const from = page * NEW_ROWS
    const rows = jitterOf(requestsOf({ count: NEW_ROWS, perMs: 1, seed: page + 1, from }), jitterRows)
    const to = from + NEW_ROWS
    const startedMs = performance.now()
    live.add(rows)
    live.forgetBefore(to - windowRows)
    live.measure({ from: to - windowRows, to }, CONFIG)
    if (page >= pages) ticks.push(performance.now() - startedMs)
  }
  return summary(ticks).median
}

function sortedTickMs(windowRows: number): number {
  const { durationMs } = requestsOf({ count: windowRows, perMs: 1, seed: 1 })
  return medianMs(5, () => [...durationMs].sort((one, other) => one - other))
}

function plainPass({ durationMs, status }: RequestColumns): number {
  let sum = 0
  let errors = 0
  for (let i = 0; i < durationMs.length; i += 1) {
    sum += durationMs[i] as number
    if ((status[i] as number) >= 500) errors += 1
  }
  return sum + errors
}

interface Row {
  readonly time: number
  readonly duration: number
  readonly status: number
}

/** In one go: a row for each request, in the list of its bucket, each list sorted. */
function objectsAndSort({ t, durationMs, status }: RequestColumns) {
  const lists = new Map<number, Row[]>()
  for (let i = 0; i < t.length; i += 1) {
    const row = { time: t[i] as number, duration: durationMs[i] as number, status: status[i] as number }
    const bucket = Math.floor((row.time * BUCKETS) / MILLION)
    const list = lists.get(bucket) ?? []
    if (list.length === 0) lists.set(bucket, list)
    list.push(row)
  }
  return [...lists.values()].map(figuresOf)
}

function figuresOf(rows: Row[]) {
  const sorted = rows.toSorted((one, other) => one.duration - other.duration)
  const at = (q: number) => {
    const place = (sorted.length - 1) * q
    const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]] as [Row, Row]
    return low.duration + (place % 1) * (high.duration - low.duration)
  }
  const served = rows.filter((row) => row.status < 500)
  const satisfied = served.filter(({ duration }) => duration <= CONFIG.apdexMs).length
  const tolerated = served.filter(({ duration }) => duration <= 4 * CONFIG.apdexMs).length - satisfied
  return {
    count: rows.length,
    rate: rows.length / (MILLION / BUCKETS / 1000),
    errors: (rows.length - served.length) / rows.length,
    quantiles: [at(0.5), at(0.95), at(0.99)],
    max: sorted.at(-1)?.duration,
    slow: rows.filter(({ duration }) => duration > CONFIG.slowMs).length / rows.length,
    apdex: (satisfied + tolerated / 2) / rows.length,
  }
}

/** Garbage counts as well: it is memory until somebody collects it. */
function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function medianMs(times: number, act: () => unknown): number {
  act()
  const took = Array.from({ length: times }, () => {
    const startedMs = performance.now()
    act()
    return performance.now() - startedMs
  })
  return summary(took).median
}
