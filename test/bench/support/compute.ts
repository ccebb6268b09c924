/**
 * What is measured of the calculations, the same in Node and in a worker of a browser: ours, the least that any could
 * do, and what anybody would write first. Pure, with a clock; who runs it says what the limits are.
 */
import { measureBreaker } from '#domain/metrics/breaker.ts'
import type { RequestColumns } from '#domain/metrics/columns.ts'
import { DEFAULT_METRICS_CONFIG as CONFIG } from '#domain/metrics/config.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { measureRequests } from '#domain/metrics/requests.ts'
import { measureRestarts } from '#domain/metrics/restarts.ts'
import { settleAll } from '#domain/metrics/rounding.ts'
import { decodeStream } from '#domain/raw-frame/decode.ts'
import { encodeStream } from '#domain/raw-frame/encode.ts'
import { seededRandom } from '#agent/demo/seeded-random.ts'
import { ascending } from './ascending.ts'
import { arrivingRequestsOf, jitterOf, requestsOf } from './requests.ts'
import { rounded, summary } from './statistics.ts'

export const MILLION = 1_000_000
export const BUCKETS = 360
export const NEW_ROWS = 5_000

export function inBuckets(
  columns: RequestColumns = requestsOf({ count: MILLION, perMs: 1, seed: 1 }),
): Record<
  | 'ours_ms'
  | 'plain_pass_ms'
  | 'objects_and_sort_ms'
  | 'times_a_plain_pass'
  | 'times_faster_than_objects_and_sort',
  number
> {
  const plainMs = medianMs(21, () => plainPass(columns))
  const oursMs = medianMs(21, () => ours(columns))
  const objectsMs = medianMs(3, () => objectsAndSort(columns))
  return {
    ours_ms: rounded(oursMs),
    plain_pass_ms: rounded(plainMs),
    objects_and_sort_ms: rounded(objectsMs),
    times_a_plain_pass: rounded(oursMs / plainMs),
    times_faster_than_objects_and_sort: rounded(objectsMs / oursMs),
  }
}

/** Nine figures of each bucket. */
export function ours(columns: RequestColumns) {
  return buckets.map((bucket) => settleAll(measureRequests(columns, bucket, CONFIG)))
}

const buckets = Array.from({ length: BUCKETS }, (_, index) => ({
  from: Math.round((index * MILLION) / BUCKETS),
  to: Math.round(((index + 1) * MILLION) / BUCKETS),
}))

export function ticks(windowRows: number) {
  const inOrder = tickMs(windowRows, 0)
  const late = tickMs(windowRows, 50)
  const sorting = sortedTickMs(windowRows)
  return {
    median_ms: rounded(inOrder),
    sorting_it_all_ms: rounded(sorting),
    times_faster_than_sorting: rounded(sorting / inOrder),
    out_of_order_ms: rounded(late),
    times_of_in_order: rounded(late / inOrder),
  }
}

/** Rows come at one a millisecond, so the window's length in time is its number of rows. */
function tickMs(windowRows: number, jitterRows: number): number {
  const live = new LiveRequests(2 * MILLION)
  const took: number[] = []
  const pages = Math.ceil(windowRows / NEW_ROWS)
  for (let page = 0; page < pages + 60; page += 1) {
    const from = page * NEW_ROWS
    const rows = jitterOf(requestsOf({ count: NEW_ROWS, perMs: 1, seed: page + 1, from }), jitterRows)
    const to = from + NEW_ROWS
    const startedMs = performance.now()
    live.add(ascending(rows))
    live.forgetBefore(to - windowRows)
    settleAll(live.measure({ from: to - windowRows, to }, CONFIG))
    if (page >= pages) took.push(performance.now() - startedMs)
  }
  return summary(took).median
}

function sortedTickMs(windowRows: number): number {
  const { durationMs } = requestsOf({ count: windowRows, perMs: 1, seed: 1 })
  return medianMs(5, () => [...durationMs].sort((one, other) => one - other))
}

export function decoding() {
  const { t, durationMs, status } = arrivingRequestsOf({ count: MILLION, perS: 300, seed: 1 })
  const block = encodeStream('requests', { t, duration_ms: durationMs, status })
  if (typeof block === 'string') throw new Error(block)
  const took = timesMs(21, () => decodeStream('requests', block.buffer))
  return { decode_ms: rounded(summary(took).median), fastest_ms: rounded(Math.min(...took)) }
}

/** Ten thousand transitions of a breaker and ten thousand restarts, in a day. */
export function states() {
  const random = seededRandom(3)
  const count = 10_000
  const dayMs = 86_400_000
  const window = { from: 0, to: dayMs }
  const t = Float64Array.from({ length: count }, () => random() * dayMs).sort()
  const state = Uint8Array.from({ length: count }, () => Math.floor(random() * 3))
  const restarts = {
    tRequested: t,
    tCompleted: t.map((at) => at + random() * 10_000),
    success: Uint8Array.from(t, () => Number(random() < 0.9)),
  }
  const breakerMs = medianMs(101, () => settleAll(measureBreaker({ t, state }, window)))
  const restartsMs = medianMs(101, () => settleAll(measureRestarts(restarts, dayMs, CONFIG.policy)))
  return {
    breaker_ms: rounded(breakerMs),
    restarts_ms: rounded(restartsMs),
    both_ms: rounded(breakerMs + restartsMs),
  }
}

export function plainPass({ durationMs, status }: RequestColumns): number {
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

export function medianMs(times: number, act: () => unknown): number {
  return summary(timesMs(times, act)).median
}

/** After one that is not counted. */
export function timesMs(times: number, act: () => unknown): number[] {
  act()
  return Array.from({ length: times }, () => {
    const startedMs = performance.now()
    act()
    return performance.now() - startedMs
  })
}
