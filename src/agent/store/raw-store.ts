/**
 * The raw samples in memory (IN2): what came in, in order of arrival, and nothing computed from it.
 * Bounded: the exact window is an hour at 300 requests a second.
 */
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { ColumnsOf } from '#domain/schemas/raw-columns.ts'
import { RAW_STREAMS, type RawGap, type RawPageHead, type RawStream } from '#domain/schemas/raw-v1.ts'
import { ColumnRing } from './column-ring.ts'
import { readCursor, writeCursor } from './raw-cursor.ts'

const CAPACITY = { requests: 1_100_000, pool: 10_000, probe: 10_000 }
/** Probe reasons are few and repeat: they are stored as indexes; beyond this many different ones, as "other". */
const REASONS_LIMIT = 256

type ProbeNumbers = Record<'t' | 'ok' | 'latency_ms' | 'reason', Float64Array>

/** Samples as they lie: a million of them are too many for arrays of numbers at once. */
export interface HeldColumns {
  readonly requests: ColumnsOf<'requests', Float64Array>
  readonly pool: ColumnsOf<'pool', Float64Array>
  readonly probe: {
    readonly t: Float64Array
    readonly ok: boolean[]
    readonly latency_ms: (number | null)[]
    readonly reason: string[]
  }
}

export interface RawSlice extends HeldColumns {
  readonly window: { readonly from: EpochMs; readonly to: EpochMs }
  readonly gaps: RawGap[]
}

/** What the raw API answers, before it takes one of its forms. */
export interface HeldPage {
  readonly head: RawPageHead
  readonly streams: Partial<HeldColumns>
}

export interface ProbeSample {
  ok: boolean
  latencyMs: number | null
  reason: string
}

export class RawStore {
  readonly #requests = new ColumnRing(['t', 'duration_ms', 'status'], CAPACITY.requests)
  readonly #pool = new ColumnRing(['t', 'checked_out', 'max_capacity'], CAPACITY.pool)
  readonly #probe = new ColumnRing(['t', 'ok', 'latency_ms', 'reason'], CAPACITY.probe)
  readonly #reasons: string[] = ['', 'other']
  readonly #epoch: string
  readonly #startedAt: EpochMs

  constructor({ epoch, startedAt }: { epoch: string; startedAt: EpochMs }) {
    this.#epoch = epoch
    this.#startedAt = startedAt
  }

  addRequest(t: EpochMs, durationMs: number, status: number): void {
    this.#requests.push({ t, duration_ms: durationMs, status })
  }

  addPool(t: EpochMs, checkedOut: number, maxCapacity: number): void {
    this.#pool.push({ t, checked_out: checkedOut, max_capacity: maxCapacity })
  }

  addProbe(t: EpochMs, { ok, latencyMs, reason }: ProbeSample): void {
    this.#probe.push({
      t,
      ok: ok ? 1 : 0,
      latency_ms: latencyMs ?? Number.NaN,
      reason: this.#reasonIndex(reason),
    })
  }

  /** The newest part of a window, from its start. */
  window(streams: readonly RawStream[], windowMs: DurationMs, now: EpochMs): HeldPage {
    const from = now - windowMs
    const places = {
      requests: this.#requests.firstAtLeast('t', from),
      pool: this.#pool.firstAtLeast('t', from),
      probe: this.#probe.firstAtLeast('t', from),
    }
    const gaps = from < this.#startedAt ? this.#gapsFrom(streams, from, 'before_agent_start') : []
    return this.#page(streams, places, { from, now, gaps, complete: true })
  }

  /** Everything that is held of a window, its end not included; what is not held any more, or was not yet, as gaps. */
  between(from: EpochMs, to: EpochMs): RawSlice {
    const slice = <Name extends string>(ring: ColumnRing<Name | 't'>) =>
      ring.copy(ring.firstAtLeast('t', from), ring.firstAtLeast('t', to))
    const rings = { requests: this.#requests, pool: this.#pool, probe: this.#probe }
    return {
      window: { from, to },
      requests: slice(this.#requests),
      pool: slice(this.#pool),
      probe: this.#probeColumns(slice(this.#probe)),
      gaps: RAW_STREAMS.flatMap((stream) => {
        const { oldest } = rings[stream]
        // The samples before the oldest were overwritten; it begins where that one is.
        const heldFrom = oldest === 0 ? this.#startedAt : rings[stream].at('t', oldest)
        const reason = oldest === 0 ? 'before_agent_start' : 'overwritten'
        return from < heldFrom ? [{ stream, from, to: Math.min(to, heldFrom), reason }] : []
      }),
    }
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
    const ring = { requests: this.#requests, pool: this.#pool, probe: this.#probe }
    const honoured =
      cursor.epoch === this.#epoch &&
      streams.every(
        (stream) =>
          cursor.places[stream] >= ring[stream].oldest && cursor.places[stream] <= ring[stream].next,
      )
    if (!honoured) {
      const { head, streams: held } = this.window(streams, windowMs, now)
      return { head: { ...head, complete: false }, streams: held }
    }
    return this.#page(streams, cursor.places, { from: now - windowMs, now, gaps: [], complete: true })
  }

  #page(
    streams: readonly RawStream[],
    places: Record<RawStream, number>,
    { from, now, gaps, complete }: { from: EpochMs; now: EpochMs; gaps: RawGap[]; complete: boolean },
  ): HeldPage {
    const wants = (stream: RawStream) => streams.includes(stream)
    const since = <Name extends string>(ring: ColumnRing<Name>, place: number) => ring.copy(place, ring.next)
    return {
      head: {
        format: 'holdfast.raw/1',
        window: { from, to: now },
        gaps,
        cursor: writeCursor({
          epoch: this.#epoch,
          places: { requests: this.#requests.next, pool: this.#pool.next, probe: this.#probe.next },
        }),
        complete,
        now,
      },
      streams: {
        ...(wants('requests') ? { requests: since(this.#requests, places.requests) } : {}),
        ...(wants('pool') ? { pool: since(this.#pool, places.pool) } : {}),
        ...(wants('probe') ? { probe: this.#probeColumns(since(this.#probe, places.probe)) } : {}),
      },
    }
  }

  #probeColumns({ t, ok, latency_ms: latency, reason }: ProbeNumbers): HeldColumns['probe'] {
    return {
      t,
      ok: Array.from(ok, (value) => value === 1),
      latency_ms: Array.from(latency, (value) => (Number.isNaN(value) ? null : value)),
      reason: Array.from(reason, (index) => this.#reasons[index] ?? ''),
    }
  }

  #gapsFrom(streams: readonly RawStream[], from: EpochMs, reason: string): RawGap[] {
    return streams.map((stream) => ({ stream, from, to: this.#startedAt, reason }))
  }

  #reasonIndex(reason: string): number {
    const known = this.#reasons.indexOf(reason)
    if (known >= 0) return known
    if (this.#reasons.length >= REASONS_LIMIT) return 1
    return this.#reasons.push(reason) - 1
  }
}
