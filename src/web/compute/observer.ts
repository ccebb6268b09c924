/**
 * Holds the raw columns and asks the domain about them; runs in the worker. Each stream is validated by
 * itself: a malformed one loses its own page and leaves a gap, the others go on.
 */
import { BREAKER_STATES, measureBreaker } from '#domain/metrics/breaker.ts'
import { measureCache } from '#domain/metrics/cache.ts'
import { firstAfter, type MetricsWindow, type RestartColumns } from '#domain/metrics/columns.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { observedWindow } from '#domain/metrics/observed-window.ts'
import { lastPoolReading, measurePool } from '#domain/metrics/pool.ts'
import { lastProbeAt, measureProbe } from '#domain/metrics/probe.ts'
import { measureProcesses } from '#domain/metrics/processes.ts'
import { measureRestarts } from '#domain/metrics/restarts.ts'
import { bucketsBefore, poolSeries, probeSeries } from '#domain/metrics/series.ts'
import { measureWorkers } from '#domain/metrics/workers.ts'
import type { FrameColumns } from '#domain/raw-frame/decode.ts'
import { columnFaults, type SoundColumns } from '#domain/schemas/raw-columns.ts'
import type { RawGap, RawStream } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { chartSeries } from '#web/compute/chart-series.ts'
import { joinGap } from '#web/compute/join-gap.ts'
import { ProbeRows } from '#web/compute/probe-rows.ts'
import type { Findings, Observation, Page, Question, Section } from '#web/compute/protocol.ts'
import { type RawPageParts, readRawPage } from '#web/compute/raw-page.ts'
import { shapeOf } from '#web/compute/shape.ts'
import { SlidingColumns } from '#web/compute/sliding-columns.ts'

/** How long samples are held, also when less is asked about. */
const HELD_MS: DurationMs = 15 * 60_000
/** 15 minutes at about 1,100 requests a second; some 50 MB. */
const REQUESTS_MAX = 1_000_000
/** Gauges and probes come about once a second. */
const GAUGES_MAX = 10_000
/** 15 minutes of 277 workers, which are read every five seconds. */
const PROCESSES_MAX = 50_000

type Columns<Width extends 2 | 3 | 4> = {
  2: [Float64Array, Float64Array]
  3: [Float64Array, Float64Array, Float64Array]
  4: [Float64Array, Float64Array, Float64Array, Float64Array]
}[Width]

function faultIn(stream: RawStream, columns: FrameColumns<RawStream>): string | undefined {
  const [fault] = columnFaults(stream, columns)
  if (fault === undefined) return undefined
  // The agent has looked at them before it sent them, and has the words: here it is a fault of ours.
  const { column, index, expected, found } = fault
  return `${stream}.${column}[${index}]: expected ${expected}, found ${shapeOf(found)}`
}

export class Observer {
  readonly #requests = new LiveRequests(REQUESTS_MAX)
  readonly #pool = new SlidingColumns(3, GAUGES_MAX)
  readonly #breaker = new SlidingColumns(2, GAUGES_MAX)
  readonly #cache = new SlidingColumns(4, GAUGES_MAX)
  readonly #process = new SlidingColumns(3, PROCESSES_MAX)
  readonly #probe = new ProbeRows(GAUGES_MAX)
  /** Replaced as a whole by each page; null: it brought none. */
  #restarts: RestartColumns | null = null
  #gaps: RawGap[] = []
  #faults = new Map<RawStream, string>()
  #knownFrom: EpochMs | null = null
  #agentNow: EpochMs | null = null

  /** Takes one page and answers the question about all that is held then. */
  take({ bytes, fresh }: Page, question: Question): Observation | { fault: string } {
    const parts = readRawPage(bytes)
    if ('fault' in parts) return parts
    const { window, gaps, cursor, complete, now } = parts.head
    if (fresh || !complete) this.#dropAll()
    this.#knownFrom ??= window.from
    for (const gap of gaps) joinGap(this.#gaps, gap)
    this.#faults.clear()
    this.#takeStreams(parts)
    this.#agentNow = now
    this.#forget(now - Math.max(HELD_MS, question.windowMs))
    return {
      cursor,
      agentNow: now,
      windowMs: question.windowMs,
      gaps: this.#gaps,
      ...this.#findings(now, question),
      ...this.#charts(now, question),
    }
  }

  #takeStreams(parts: RawPageParts): void {
    this.#take('requests', parts, ({ t, duration_ms: durationMs, status }) => {
      // What the bound made it forget is as unknown as what came before the first page.
      this.#knownFrom = this.#requests.add({ t, durationMs, status }) ?? this.#knownFrom
    })
    this.#take('pool', parts, (pool) => this.#pool.append([pool.t, pool.checked_out, pool.max_capacity]))
    this.#take('breaker', parts, ({ t, state }) =>
      this.#breaker.append([t, Array.from(state, (word) => BREAKER_STATES.indexOf(word))]),
    )
    this.#take('cache', parts, (cache) =>
      this.#cache.append([cache.t, cache.l1_hits, cache.l2_hits, cache.misses]),
    )
    this.#take('process', parts, ({ t, pid, rss_bytes: rssBytes }) => {
      const cutAt = this.#process.append([t, pid, rssBytes])
      // Of the reading at the cut a part is gone: it would be a smaller service.
      if (cutAt !== null) this.#process.forgetUpTo(cutAt)
    })
    this.#take('probe', parts, ({ t, ok, latency_ms: latencyMs, reason }) =>
      this.#probe.append({ t, ok, latencyMs, reason }),
    )
    this.#restarts = null
    this.#take('restarts', parts, (restarts) => {
      const tCompleted = Float64Array.from(restarts.t_completed, (at) => at ?? Number.NaN)
      this.#restarts = { tRequested: restarts.t_requested, tCompleted, success: restarts.success }
    })
  }

  #take<Stream extends RawStream>(
    stream: Stream,
    parts: RawPageParts,
    keep: (columns: SoundColumns<Stream>) => unknown,
  ): void {
    const columns = this.#soundColumns(stream, parts)
    if (columns !== null) keep(columns)
  }

  /** Null where the page holds none, or none that a metric may be computed from. */
  #soundColumns<Stream extends RawStream>(stream: Stream, parts: RawPageParts): SoundColumns<Stream> | null {
    const columns = parts.stream(stream)
    if (columns === null) return null
    const fault = 'fault' in columns ? columns.fault : faultIn(stream, columns)
    if (fault === undefined) return columns as SoundColumns<Stream>
    this.#loseStream(stream, fault, parts.head.now)
    return null
  }

  #loseStream(stream: RawStream, fault: string, now: EpochMs): void {
    this.#faults.set(stream, fault)
    joinGap(this.#gaps, { stream, from: this.#agentNow ?? this.#knownFrom ?? now, to: now })
  }

  #dropAll(): void {
    for (const held of [this.#requests, this.#pool, this.#breaker, this.#cache, this.#process, this.#probe])
      held.clear()
    this.#gaps = []
    this.#knownFrom = null
    this.#agentNow = null
  }

  #forget(before: EpochMs): void {
    for (const held of [this.#requests, this.#pool, this.#cache, this.#process, this.#probe])
      held.forgetBefore(before)
    this.#forgetStatesBefore(before)
    this.#gaps = this.#gaps.filter(({ to }) => to > before)
  }

  /** The last state before it still holds then. */
  #forgetStatesBefore(instant: EpochMs): void {
    const { t } = this.#breakerColumns()
    const last = t[firstAfter(t, instant) - 1]
    if (last !== undefined) this.#breaker.forgetBefore(last)
  }

  #findings(to: EpochMs, { windowMs, bucketMs, config }: Question): Pick<Observation, RawStream> {
    const window: MetricsWindow = { from: to - windowMs, to }
    const buckets = bucketsBefore(to, bucketMs, Math.floor(windowMs / bucketMs))
    const requestGaps = this.#gapsOf('requests')
    const observed = observedWindow(window, requestGaps)
    const pool = this.#poolColumns()
    const probe = this.#probe.columns()
    return {
      requests: this.#section('requests', () =>
        observed === null
          ? null
          : {
              metrics: this.#requests.measure(observed, config),
              series: this.#requests.series(buckets, requestGaps),
              observed,
            },
      ),
      pool: this.#section('pool', () => ({
        metrics: measurePool(pool, window, config),
        series: poolSeries(pool, buckets),
        last: lastPoolReading(pool, window),
        missing: this.#missing('pool'),
      })),
      breaker: this.#plain('breaker', () => measureBreaker(this.#breakerColumns(), window)),
      cache: this.#plain('cache', () => measureCache(this.#cacheColumns(), window)),
      process: this.#plain('process', () => measureProcesses(this.#processColumns(), window, config)),
      restarts: this.#plain('restarts', () =>
        this.#restarts === null ? null : measureRestarts(this.#restarts, to, config.policy),
      ),
      probe: this.#section('probe', () => ({
        metrics: measureProbe(probe, window, config),
        marks: probeSeries(probe, buckets),
        lastAt: lastProbeAt(probe, window),
      })),
    }
  }

  #charts(to: EpochMs, question: Question): Pick<Observation, 'charts' | 'workers'> {
    if (!question.wantsCharts) return { charts: null, workers: [] }
    const { windowMs, bucketMs, config } = question
    const process = this.#processColumns()
    const workers = measureWorkers(process, { from: to - windowMs, to }, config)
    const charts = chartSeries(
      {
        pool: this.#poolColumns(),
        breaker: this.#breakerColumns(),
        cache: this.#cacheColumns(),
        process,
        restartsAt: this.#restarts?.tRequested ?? [],
        breakerGaps: this.#gapsOf('breaker'),
        workers,
      },
      { buckets: bucketsBefore(to, bucketMs, Math.floor(windowMs / bucketMs)), to, holdMs: config.holdMs },
    )
    return { charts, workers }
  }

  #section<T>(stream: RawStream, find: () => T | null): Section<T> {
    const fault = this.#faults.get(stream)
    if (fault !== undefined) return { kind: 'malformed', fault }
    const value = find()
    return value === null ? { kind: 'absent', reason: this.#missing(stream) } : { kind: 'read', value }
  }

  #plain<Metrics>(stream: RawStream, find: () => Metrics | null): Section<Findings<Metrics>> {
    return this.#section(stream, () => {
      const metrics = find()
      return metrics === null ? null : { metrics, missing: this.#missing(stream) }
    })
  }

  /** The reason of the gap that has not ended. */
  #missing(stream: RawStream): string | null {
    const gap = this.#gaps.findLast((held) => held.stream === stream && held.to === this.#agentNow)
    return gap?.reason ?? null
  }

  #gapsOf(stream: RawStream): MetricsWindow[] {
    const beforeKnown = { from: -Infinity, to: this.#knownFrom ?? -Infinity }
    return [beforeKnown, ...this.#gaps.filter((gap) => gap.stream === stream)]
  }

  #poolColumns() {
    const [t, checkedOut, maxCapacity] = this.#pool.view() as Columns<3>
    return { t, checkedOut, maxCapacity }
  }

  #breakerColumns() {
    const [t, state] = this.#breaker.view() as Columns<2>
    return { t, state }
  }

  #cacheColumns() {
    const [t, l1Hits, l2Hits, misses] = this.#cache.view() as Columns<4>
    return { t, l1Hits, l2Hits, misses }
  }

  #processColumns() {
    const [t, pid, rssBytes] = this.#process.view() as Columns<3>
    return { t, pid, rssBytes }
  }
}
