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
import { columnFaults, faultText } from '#domain/schemas/raw-columns.ts'
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
    if (fresh || !parts.complete) this.#dropAll()
    this.#knownFrom ??= parts.window.from
    this.#gaps.push(...parts.gaps)
    this.#faults.clear()
    this.#takeRequests(parts)
    this.#takePool(parts)
    this.#takeProbe(parts)
    this.#agentNow = parts.now
    this.#forget(parts.now - HELD_MS)
    return {
      cursor: parts.cursor,
      agentNow: parts.now,
      gaps: this.#gaps,
      ...this.#findings(parts.now, question),
    }
  }

  #takeRequests({ requests, now }: RawPageParts): void {
    if (requests === null) return
    if ('fault' in requests) return this.#loseStream('requests', requests.fault, now)
    const { t, duration_ms: durationMs, status } = requests
    const [fault] = columnFaults('requests', requests)
    if (fault !== undefined) return this.#loseStream('requests', faultText(fault), now)
    // What the bound made it forget is as unknown as what came before the first page.
    this.#knownFrom = this.#requests.add({ t, durationMs, status }) ?? this.#knownFrom
  }

  #takePool({ pool, now }: RawPageParts): void {
    if (pool === null) return
    if ('fault' in pool) return this.#loseStream('pool', pool.fault, now)
    const { t, checked_out: checkedOut, max_capacity: maxCapacity } = pool
    const [fault] = columnFaults('pool', pool)
    if (fault !== undefined) return this.#loseStream('pool', faultText(fault), now)
    this.#pool.append([t, checkedOut, maxCapacity])
  }

  #takeProbe({ probe, now }: RawPageParts): void {
    if (probe === null) return
    if ('fault' in probe) return this.#loseStream('probe', probe.fault, now)
    const { t, ok, latency_ms: latencyMs, reason } = probe
    const [fault] = columnFaults('probe', probe)
    if (fault !== undefined) return this.#loseStream('probe', faultText(fault), now)
    this.#probe.append({ t, ok, latencyMs, reason })
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
