/**
 * Holds the raw columns and asks the domain about them; runs in the worker. Each stream is validated by
 * itself: a malformed one loses its own page and leaves a gap, the others go on.
 */
import { measureBreaker } from '#domain/metrics/breaker.ts'
import { measureCache } from '#domain/metrics/cache.ts'
import {
  firstAfter,
  type MetricsWindow,
  type RawColumns,
  type RestartColumns,
} from '#domain/metrics/columns.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { observedWindow } from '#domain/metrics/observed-window.ts'
import { lastPoolReading, measurePool } from '#domain/metrics/pool.ts'
import { lastProbeAt, measureProbe } from '#domain/metrics/probe.ts'
import { measureProcesses } from '#domain/metrics/processes.ts'
import { measureRestarts } from '#domain/metrics/restarts.ts'
import { RowStore } from '#domain/metrics/row-store.ts'
import { bucketsBefore, poolSeries, probeSeries } from '#domain/metrics/series.ts'
import type { FrameFault } from '#domain/raw-frame/block.ts'
import type { FrameColumns } from '#domain/raw-frame/decode.ts'
import {
  type ColumnFault,
  insideName,
  type NumberColumns,
  RAW_SECTIONS,
  soundNumbers,
} from '#domain/schemas/raw-columns.ts'
import type { RawGap, RawStream } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { ChartsOf, ChartSources } from '#web/compute/chart-series.ts'
import { joinGap } from '#web/compute/join-gap.ts'
import type { Malformed, Observation, Page, PoolFindings, Question, Section } from '#web/compute/protocol.ts'
import { frameFaultText, type RawPageParts, readRawPage } from '#web/compute/raw-page.ts'
import { shapeOf } from '#web/compute/shape.ts'

/** How long samples are held, also when less is asked about. */
const HELD_MS: DurationMs = 15 * 60_000
/** 15 minutes at about 1,100 requests a second; some 50 MB. */
const REQUESTS_MAX = 1_000_000
/** Gauges and probes come about once a second. */
const GAUGES_MAX = 10_000
/** 15 minutes of 277 workers, which are read every five seconds. */
const PROCESSES_MAX = 50_000

/** Those whose rows are kept from page to page. */
type HeldStream = Exclude<RawStream, 'restarts'>

/** The agent has looked at them before it sent them, and has the words: here it is a fault of ours. */
function faultText({ section, column, index, expected, found }: ColumnFault): string {
  return `${section}.${column}[${index}]: expected ${expected}, found ${shapeOf(found)}`
}

function storeOf<Stream extends Exclude<HeldStream, 'requests'>>(stream: Stream, rowsMax: number) {
  const names = Object.keys(RAW_SECTIONS[stream]).map(insideName)
  return new RowStore<RawColumns[Stream]>(names as (keyof RawColumns[Stream])[], rowsMax)
}

export class Observer {
  readonly #held = {
    requests: new LiveRequests(REQUESTS_MAX),
    pool: storeOf('pool', GAUGES_MAX),
    breaker: storeOf('breaker', GAUGES_MAX),
    cache: storeOf('cache', GAUGES_MAX),
    process: storeOf('process', PROCESSES_MAX),
    probe: storeOf('probe', GAUGES_MAX),
  }
  /** Replaced as a whole by each page; null: it brought none. */
  #restarts: RestartColumns | null = null
  #gaps: RawGap[] = []
  #faults = new Map<RawStream, string>()
  #knownFrom: EpochMs | null = null
  #agentNow: EpochMs | null = null

  /** Takes one page and answers the question about all that is held then; about charts where it is told how. */
  take({ bytes, fresh }: Page, question: Question, chartsOf?: ChartsOf): Observation | Malformed {
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
      ...(chartsOf?.(this.#chartSources(), now, question) ?? { charts: null, workers: [] }),
    }
  }

  #takeStreams(parts: RawPageParts): void {
    for (const stream of Object.keys(this.#held) as HeldStream[]) {
      const columns = this.#soundColumns(stream, parts)
      if (columns === null) continue
      // What the bound made it forget of requests is as unknown as what came before the first page.
      this.#knownFrom = this.#held[stream].add(columns as never) ?? this.#knownFrom
    }
    this.#restarts = this.#soundColumns('restarts', parts)
  }

  /** Null where the page holds none, or none that a metric may be computed from. */
  #soundColumns<Stream extends RawStream>(stream: Stream, parts: RawPageParts): NumberColumns<Stream> | null {
    const columns = parts.stream(stream)
    if (columns === null) return null
    if ('code' in columns) return this.#lose(stream, frameFaultText(columns as FrameFault), parts.head.now)
    const numbers = soundNumbers(stream, columns as FrameColumns<Stream>)
    if ('found' in numbers) return this.#lose(stream, faultText(numbers as ColumnFault), parts.head.now)
    return numbers as NumberColumns<Stream>
  }

  #lose(stream: RawStream, fault: string, now: EpochMs): null {
    this.#faults.set(stream, fault)
    joinGap(this.#gaps, { stream, from: this.#agentNow ?? this.#knownFrom ?? now, to: now })
    return null
  }

  #dropAll(): void {
    for (const held of Object.values(this.#held)) held.clear()
    this.#gaps = []
    this.#knownFrom = null
    this.#agentNow = null
  }

  #forget(before: EpochMs): void {
    const { breaker, ...others } = this.#held
    for (const held of Object.values(others)) held.forgetBefore(before)
    // The last state before it still holds then.
    const { t } = breaker.columns()
    breaker.forgetBefore(t[firstAfter(t, before) - 1] ?? -Infinity)
    this.#gaps = this.#gaps.filter(({ to }) => to > before)
  }

  #findings(to: EpochMs, { windowMs, bucketMs, config }: Question): Pick<Observation, RawStream> {
    const window: MetricsWindow = { from: to - windowMs, to }
    const buckets = bucketsBefore(to, bucketMs, Math.floor(windowMs / bucketMs))
    const requestGaps = this.#gapsOf('requests')
    const observed = observedWindow(window, requestGaps)
    const { pool, breaker, cache, process, probe } = this.#columns()
    const restarts = this.#restarts
    return {
      requests: this.#section(
        'requests',
        observed && {
          metrics: this.#held.requests.measure(observed, config),
          series: this.#held.requests.series(buckets, requestGaps),
          observed,
        },
      ),
      pool: this.#section('pool', {
        metrics: measurePool(pool, window, config),
        series: poolSeries(pool, buckets),
        last: lastPoolReading(pool, window),
      }),
      breaker: this.#section('breaker', { metrics: measureBreaker(breaker, window) }),
      cache: this.#section('cache', { metrics: measureCache(cache, window) }),
      process: this.#section('process', { metrics: measureProcesses(process, window, config) }),
      restarts: this.#section(
        'restarts',
        restarts && { metrics: measureRestarts(restarts, to, config.policy) },
      ),
      probe: this.#section('probe', {
        metrics: measureProbe(probe, window, config),
        marks: probeSeries(probe, buckets),
        lastAt: lastProbeAt(probe, window),
      }),
    }
  }

  #chartSources(): ChartSources {
    const restartsAt = this.#restarts?.tRequested ?? []
    return { ...this.#columns(), restartsAt, breakerGaps: this.#gapsOf('breaker') }
  }

  #section<T extends object>(stream: RawStream, found: T | null): Section<T & Pick<PoolFindings, 'missing'>> {
    const fault = this.#faults.get(stream)
    if (fault !== undefined) return { kind: 'malformed', fault }
    const missing = this.#missing(stream)
    return found === null
      ? { kind: 'absent', reason: missing }
      : { kind: 'read', value: { ...found, missing } }
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

  #columns() {
    const { pool, breaker, cache, process, probe } = this.#held
    return {
      pool: pool.columns(),
      breaker: breaker.columns(),
      cache: cache.columns(),
      process: process.columns(),
      probe: probe.columns(),
    }
  }
}
