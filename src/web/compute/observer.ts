/**
 * Holds the raw columns and asks the domain about them; runs in the worker. Each stream is validated by
 * itself: a malformed one loses its own page and leaves a gap, the others go on.
 */
import type { MetricsWindow, PoolColumns } from '#domain/metrics/columns.ts'
import { LiveRequests } from '#domain/metrics/live-requests.ts'
import { observedWindow } from '#domain/metrics/observed-window.ts'
import { lastPoolReading, measurePool } from '#domain/metrics/pool.ts'
import { lastProbeAt, measureProbe } from '#domain/metrics/probe.ts'
import { bucketsBefore, poolSeries, probeSeries } from '#domain/metrics/series.ts'
import { columnFaults, faultText, type SoundColumns } from '#domain/schemas/raw-columns.ts'
import type { RawGap, RawStream } from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { ProbeRows } from '#web/compute/probe-rows.ts'
import type { Observation, Page, Question, Section } from '#web/compute/protocol.ts'
import { type RawPageParts, readRawPage } from '#web/compute/raw-page.ts'
import { SlidingColumns } from '#web/compute/sliding-columns.ts'

/** How long samples are held, whatever is asked about them. */
const HELD_MS: DurationMs = 15 * 60_000
/** 15 minutes at about 1,100 requests a second; some 50 MB. */
const REQUESTS_MAX = 1_000_000
/** Gauges and probes come about once a second. */
const GAUGES_MAX = 10_000

export class Observer {
  readonly #requests = new LiveRequests(REQUESTS_MAX)
  readonly #pool = new SlidingColumns(3, GAUGES_MAX)
  readonly #probe = new ProbeRows(GAUGES_MAX)
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
    this.#gaps.push(...gaps)
    this.#faults.clear()
    this.#takeRequests(parts)
    this.#takePool(parts)
    this.#takeProbe(parts)
    this.#agentNow = now
    this.#forget(now - HELD_MS)
    return { cursor, agentNow: now, gaps: this.#gaps, ...this.#findings(now, question) }
  }

  #takeRequests(parts: RawPageParts): void {
    const requests = this.#soundColumns('requests', parts)
    if (requests === null) return
    const { t, duration_ms: durationMs, status } = requests
    // What the bound made it forget is as unknown as what came before the first page.
    this.#knownFrom = this.#requests.add({ t, durationMs, status }) ?? this.#knownFrom
  }

  #takePool(parts: RawPageParts): void {
    const pool = this.#soundColumns('pool', parts)
    if (pool !== null) this.#pool.append([pool.t, pool.checked_out, pool.max_capacity])
  }

  #takeProbe(parts: RawPageParts): void {
    const probe = this.#soundColumns('probe', parts)
    if (probe === null) return
    const { t, ok, latency_ms: latencyMs, reason } = probe
    this.#probe.append({ t, ok, latencyMs, reason })
  }

  /** Null where the page holds none, or none that a metric may be computed from. */
  #soundColumns<Stream extends RawStream>(stream: Stream, parts: RawPageParts): SoundColumns<Stream> | null {
    const columns = parts.stream(stream)
    if (columns === null) return null
    const fault = 'fault' in columns ? columns.fault : columnFaults(stream, columns).map(faultText)[0]
    if (fault === undefined) return columns as SoundColumns<Stream>
    this.#loseStream(stream, fault, parts.head.now)
    return null
  }

  #loseStream(stream: RawStream, fault: string, now: EpochMs): void {
    this.#faults.set(stream, fault)
    this.#gaps.push({ stream, from: this.#agentNow ?? this.#knownFrom ?? now, to: now })
  }

  #dropAll(): void {
    this.#requests.clear()
    this.#pool.clear()
    this.#probe.clear()
    this.#gaps = []
    this.#knownFrom = null
    this.#agentNow = null
  }

  #forget(before: EpochMs): void {
    this.#requests.forgetBefore(before)
    this.#pool.forgetBefore(before)
    this.#probe.forgetBefore(before)
    this.#gaps = this.#gaps.filter(({ to }) => to > before)
  }

  #findings(
    to: EpochMs,
    { windowMs, bucketMs, config }: Question,
  ): Pick<Observation, RawStream & keyof Observation> {
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
      })),
      probe: this.#section('probe', () => ({
        metrics: measureProbe(probe, window, config),
        marks: probeSeries(probe, buckets),
        lastAt: lastProbeAt(probe, window),
      })),
    }
  }

  #section<T>(stream: RawStream, find: () => T | null): Section<T> {
    const fault = this.#faults.get(stream)
    if (fault !== undefined) return { kind: 'malformed', fault }
    const value = find()
    return value === null ? { kind: 'absent' } : { kind: 'read', value }
  }

  #gapsOf(stream: RawStream): MetricsWindow[] {
    const beforeKnown = { from: -Infinity, to: this.#knownFrom ?? -Infinity }
    return [beforeKnown, ...this.#gaps.filter((gap) => gap.stream === stream)]
  }

  #poolColumns(): PoolColumns {
    const [t, checkedOut, maxCapacity] = this.#pool.view() as [Float64Array, Float64Array, Float64Array]
    return { t, checkedOut, maxCapacity }
  }
}
