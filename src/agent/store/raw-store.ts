/**
 * The raw samples in memory (IN2): what came in, in order of arrival, and nothing computed from it.
 * Bounded: the exact window is an hour at 300 requests a second.
 */
import { BREAKER_STATES } from '#domain/metrics/breaker.ts'
import type { CircuitState } from '#domain/schemas/health.ts'
import { type ColumnsOf, RAW_SECTIONS } from '#domain/schemas/raw-columns.ts'
import {
  type GapReason,
  RAW_STREAMS,
  type RawGap,
  type RawPageHead,
  type RawStream,
} from '#domain/schemas/raw-v1.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import { ColumnRing } from './column-ring.ts'
import { PLACED_STREAMS, type PlacedStream, readCursor, writeCursor } from './raw-cursor.ts'
import type { RestartLists } from './restart-lists.ts'
import { StreamGaps } from './stream-gaps.ts'

const CAPACITY: Record<PlacedStream, number> = {
  requests: 1_100_000,
  pool: 10_000,
  /** Transitions: an hour of a breaker that changes at every other probe has 1,800. */
  breaker: 10_000,
  cache: 10_000,
  /** An hour of 138 workers. */
  process: 100_000,
  probe: 10_000,
}
/** Probe reasons are few and repeat: they are stored as indexes; beyond this many different ones, as "other". */
const REASONS_LIMIT = 256

type Numbers<Stream extends PlacedStream> = ColumnsOf<Stream, Float64Array>
type Rings = {
  readonly [Stream in PlacedStream]: ColumnRing<keyof (typeof RAW_SECTIONS)[Stream] & string>
}
type Places = Record<PlacedStream, number>

/** Samples as they lie: a million of them are too many for arrays of numbers at once. */
export interface HeldColumns {
  readonly requests: Numbers<'requests'>
  readonly pool: Numbers<'pool'>
  readonly breaker: { readonly t: Float64Array; readonly state: CircuitState[] }
  readonly cache: Numbers<'cache'>
  readonly process: Numbers<'process'>
  readonly probe: {
    readonly t: Float64Array
    readonly ok: boolean[]
    readonly latency_ms: (number | null)[]
    readonly reason: string[]
  }
  readonly restarts: RestartLists
}

export interface RawSlice {
  readonly window: { readonly from: EpochMs; readonly to: EpochMs }
  readonly gaps: RawGap[]
  readonly streams: Partial<HeldColumns>
}

/** What the raw API answers, before it takes one of its forms. A stream that cannot be read is missing, and a gap. */
export interface HeldPage {
  readonly head: RawPageHead
  readonly streams: Partial<HeldColumns>
}

export interface ProbeSample {
  ok: boolean
  latencyMs: number | null
  reason: string
}

export interface CacheCounters {
  l1Hits: number
  l2Hits: number
  misses: number
}

export interface ProcessSample {
  pid: number
  rssBytes: number
}

interface RawStoreParts {
  epoch: string
  startedAt: EpochMs
  /** null: the history cannot be read. */
  readRestarts: () => RestartLists | null
}

export class RawStore {
  readonly #rings = openRings()
  readonly #gaps = Object.fromEntries(
    PLACED_STREAMS.map((stream) => [stream, new StreamGaps()]),
  ) as unknown as Record<PlacedStream, StreamGaps>
  readonly #reasons: string[] = ['', 'other']
  readonly #epoch: string
  /** From when on its samples are known: those of this life, and those that were restored. */
  #knownFrom: EpochMs
  readonly #readRestarts: () => RestartLists | null

  constructor({ epoch, startedAt, readRestarts }: RawStoreParts) {
    this.#epoch = epoch
    this.#knownFrom = startedAt
    this.#readRestarts = readRestarts
  }

  addRequest(t: EpochMs, durationMs: number, status: number): void {
    this.#rings.requests.push({ t, duration_ms: durationMs, status })
  }

  addPool(t: EpochMs, checkedOut: number, maxCapacity: number): void {
    this.#rings.pool.push({ t, checked_out: checkedOut, max_capacity: maxCapacity })
  }

  /** A row is a transition: a state that goes on is none. */
  addBreakerState(t: EpochMs, given: CircuitState): void {
    const ring = this.#rings.breaker
    const state = BREAKER_STATES.indexOf(given)
    if (ring.next === 0 || ring.at('state', ring.next - 1) !== state) ring.push({ t, state })
  }

  addCache(t: EpochMs, { l1Hits, l2Hits, misses }: CacheCounters): void {
    this.#rings.cache.push({ t, l1_hits: l1Hits, l2_hits: l2Hits, misses })
  }

  /** One reading of the service: its samples share their time. */
  addProcesses(t: EpochMs, samples: readonly ProcessSample[]): void {
    for (const { pid, rssBytes } of samples) this.#rings.process.push({ t, pid, rss_bytes: rssBytes })
  }

  addProbe(t: EpochMs, { ok, latencyMs, reason }: ProbeSample): void {
    this.#rings.probe.push({
      t,
      ok: ok ? 1 : 0,
      latency_ms: latencyMs ?? Number.NaN,
      reason: this.#reasonIndex(reason),
    })
  }

  /** What an earlier life has left on the disk, before anything else comes in. */
  restore({ window, gaps, streams }: RawSlice): void {
    const { requests, pool, breaker, cache, process, probe } = streams
    this.#knownFrom = window.from
    if (requests) this.#restoreNumbers('requests', requests)
    if (pool) this.#restoreNumbers('pool', pool)
    if (cache) this.#restoreNumbers('cache', cache)
    if (process) this.#restoreNumbers('process', process)
    breaker?.t.forEach((t, row) => this.addBreakerState(t, breaker.state[row] as CircuitState))
    probe?.t.forEach((t, row) => {
      const reason = probe.reason[row] ?? ''
      this.addProbe(t, { ok: probe.ok[row] === true, latencyMs: probe.latency_ms[row] ?? null, reason })
    })
    for (const stream of PLACED_STREAMS) {
      for (const gap of gaps) if (gap.stream === stream) this.#gaps[stream].add(gap)
    }
  }

  #restoreNumbers<Stream extends PlacedStream>(stream: Stream, columns: Numbers<Stream>): void {
    const ring: ColumnRing<string> = this.#rings[stream]
    ring.append(columns)
  }

  /** From now on nothing is known of a stream, until the gap ends. */
  beginGap(stream: PlacedStream, at: EpochMs, reason: GapReason): void {
    this.#gaps[stream].begin(at, reason)
  }

  endGap(stream: PlacedStream, at: EpochMs): void {
    this.#gaps[stream].end(at)
  }

  /** The newest part of a window, from its start. */
  window(streams: readonly RawStream[], windowMs: DurationMs, now: EpochMs): HeldPage {
    const from = now - windowMs
    return this.#page(streams, this.#placesAt(from), { from, now, gapsFrom: from })
  }

  /** Everything that is held of a window, its end not included; what is not held any more, or was not yet, as gaps. */
  between(from: EpochMs, to: EpochMs): RawSlice {
    const ends = Object.fromEntries(
      PLACED_STREAMS.map((stream) => [stream, this.#rings[stream].firstAtLeast('t', to)]),
    ) as Places
    const streams = this.#columns(RAW_STREAMS, this.#placesAt(from), ends)
    return { window: { from, to }, gaps: this.#gapsIn(RAW_STREAMS, streams, from, to), streams }
  }

  /**
   * What is new since a cursor; null where the text is no cursor. A cursor of another agent's life, or one
   * whose samples were overwritten, is answered by the whole window, marked as not complete.
   */
  after(
    cursorText: string,
    streams: readonly RawStream[],
    windowMs: DurationMs,
    now: EpochMs,
  ): HeldPage | null {
    const cursor = readCursor(cursorText)
    if (cursor === null) return null
    const { epoch, places, toldUntil } = cursor
    const isHeld = (stream: PlacedStream) =>
      places[stream] >= this.#rings[stream].oldest && places[stream] <= this.#rings[stream].next
    if (epoch !== this.#epoch || !streams.filter(isPlaced).every(isHeld)) {
      const { head, streams: held } = this.window(streams, windowMs, now)
      return { head: { ...head, complete: false }, streams: held }
    }
    return this.#page(streams, places, { from: now - windowMs, now, gapsFrom: toldUntil })
  }

  #page(
    streams: readonly RawStream[],
    places: Places,
    { from, now, gapsFrom }: { from: EpochMs; now: EpochMs; gapsFrom: EpochMs },
  ): HeldPage {
    const ends = this.#ends()
    const held = this.#columns(streams, places, ends)
    return {
      head: {
        format: 'holdfast.raw/1',
        window: { from, to: now },
        gaps: this.#gapsIn(streams, held, gapsFrom, now),
        cursor: writeCursor({ epoch: this.#epoch, toldUntil: now, places: ends }),
        complete: true,
        now,
      },
      streams: held,
    }
  }

  #columns(streams: readonly RawStream[], places: Places, ends: Places): Partial<HeldColumns> {
    const copy = <Stream extends PlacedStream>(stream: Stream): Numbers<Stream> =>
      this.#rings[stream].copy(places[stream], ends[stream]) as Numbers<Stream>
    const read: { readonly [Stream in RawStream]: () => HeldColumns[Stream] | null } = {
      requests: () => copy('requests'),
      pool: () => copy('pool'),
      breaker: () => breakerColumns(copy('breaker')),
      cache: () => copy('cache'),
      process: () => copy('process'),
      probe: () => this.#probeColumns(copy('probe')),
      restarts: this.#readRestarts,
    }
    const held = streams.map((stream) => [stream, read[stream]()] as const)
    return Object.fromEntries(held.filter(([, columns]) => columns !== null)) as Partial<HeldColumns>
  }

  /** Different from before as soon as one more sample is held. */
  end(): string {
    return Object.values(this.#ends()).join(' ')
  }

  #ends(): Places {
    return Object.fromEntries(PLACED_STREAMS.map((stream) => [stream, this.#rings[stream].next])) as Places
  }

  /** Of the breaker one more: the state at the window's start is that of the last transition before it. */
  #placesAt(from: EpochMs): Places {
    return Object.fromEntries(
      PLACED_STREAMS.map((stream) => {
        const first = this.#firstHeld(stream)
        const place = this.#rings[stream].firstAtLeast('t', from)
        return [stream, Math.max(first, stream === 'breaker' ? place - 1 : place)]
      }),
    ) as Places
  }

  /** A reading of the processes that was overwritten in part would be a smaller service. */
  #firstHeld(stream: PlacedStream): number {
    const ring = this.#rings[stream]
    let first = ring.oldest
    if (stream !== 'process' || first === 0) return first
    const cutAt = ring.at('t', first)
    while (first < ring.next && ring.at('t', first) === cutAt) first += 1
    return first
  }

  #gapsIn(streams: readonly RawStream[], held: Partial<HeldColumns>, from: EpochMs, to: EpochMs): RawGap[] {
    return streams.flatMap((stream): RawGap[] => {
      if (isPlaced(stream)) {
        const seen = this.#gaps[stream].within(from, to)
        return [...this.#gapBeforeHeld(stream, from, to), ...seen.map((gap) => ({ stream, ...gap }))]
      }
      return held[stream] === undefined
        ? [{ stream, from, to, reason: 'history_unreadable' satisfies GapReason }]
        : []
    })
  }

  /** The samples before the oldest were overwritten; it begins where that one is. */
  #gapBeforeHeld(stream: PlacedStream, from: EpochMs, to: EpochMs): RawGap[] {
    const ring = this.#rings[stream]
    const isWhole = ring.oldest === 0
    const first = this.#firstHeld(stream)
    const heldFrom = isWhole ? this.#knownFrom : first === ring.next ? to : ring.at('t', first)
    const reason: GapReason = isWhole ? 'before_agent_start' : 'overwritten'
    return from < heldFrom ? [{ stream, from, to: Math.min(to, heldFrom), reason }] : []
  }

  #probeColumns({ t, ok, latency_ms: latency, reason }: Numbers<'probe'>): HeldColumns['probe'] {
    return {
      t,
      ok: Array.from(ok, (value) => value === 1),
      latency_ms: Array.from(latency, (value) => (Number.isNaN(value) ? null : value)),
      reason: Array.from(reason, (index) => this.#reasons[index] ?? ''),
    }
  }

  #reasonIndex(reason: string): number {
    const known = this.#reasons.indexOf(reason)
    if (known >= 0) return known
    if (this.#reasons.length >= REASONS_LIMIT) return 1
    return this.#reasons.push(reason) - 1
  }
}

function openRings(): Rings {
  return Object.fromEntries(
    PLACED_STREAMS.map((stream) => [
      stream,
      new ColumnRing(Object.keys(RAW_SECTIONS[stream]), CAPACITY[stream]),
    ]),
  ) as unknown as Rings
}

function isPlaced(stream: RawStream): stream is PlacedStream {
  return stream !== 'restarts'
}

function breakerColumns({ t, state }: Numbers<'breaker'>): HeldColumns['breaker'] {
  return { t, state: Array.from(state, (place) => BREAKER_STATES[place] as CircuitState) }
}
