import type { EpochMs } from '#domain/time.ts'

/** A column is whatever can be read by index: a plain array, a typed array, or a view into a buffer. */
export type Column<T> = ArrayLike<T>

export interface RequestColumns {
  readonly t: Column<EpochMs>
  readonly durationMs: Column<number>
  readonly status: Column<number>
}

export type TimedDurations = Pick<RequestColumns, 't' | 'durationMs'>

export interface PoolColumns {
  readonly t: Column<EpochMs>
  readonly checkedOut: Column<number>
  readonly maxCapacity: Column<number>
}

/** Transitions: the state holds from `t` on. */
export interface BreakerColumns {
  readonly t: Column<EpochMs>
  /** Places in `BREAKER_STATES`. */
  readonly state: Column<number>
}

/** Counters that only grow, until the process that counts starts anew. */
export interface CacheColumns {
  readonly t: Column<EpochMs>
  readonly l1Hits: Column<number>
  readonly l2Hits: Column<number>
  readonly misses: Column<number>
}

/** Samples that share a time form one reading of the service. */
export interface ProcessColumns {
  readonly t: Column<EpochMs>
  readonly pid: Column<number>
  readonly rssBytes: Column<number>
}

export interface ProbeColumns {
  readonly t: Column<EpochMs>
  /** 1 or 0. */
  readonly ok: Column<number>
  /** NaN where there was no answer; never where it is ok. */
  readonly latencyMs: Column<number>
  /** 1 where the target gave one for calling itself degraded, else 0. */
  readonly reason: Column<number>
}

/** Attempts, by the time of the request. */
export interface RestartColumns {
  readonly tRequested: Column<EpochMs>
  /** NaN where an attempt did not complete. */
  readonly tCompleted: Column<EpochMs>
  /** 1 or 0. */
  readonly success: Column<number>
}

/** All that a `holdfast.raw/1` file may hold; what it does not is empty. */
export interface RawColumns {
  readonly requests: RequestColumns
  readonly pool: PoolColumns
  readonly breaker: BreakerColumns
  readonly cache: CacheColumns
  readonly process: ProcessColumns
  readonly probe: ProbeColumns
  readonly restarts: RestartColumns
}

/** Half-open: a sample at `from` is inside, one at `to` is not. */
export interface MetricsWindow {
  readonly from: EpochMs
  readonly to: EpochMs
}

/** Places in a column, half-open like the window they come from. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The samples of a window, found by halving: `t` ascends, equal times are legal. */
export function spanIn(t: Column<EpochMs>, window: MetricsWindow): Span {
  return { start: firstAtOrAfter(t, window.from), end: firstAtOrAfter(t, window.to) }
}

/** The first place of an ascending column whose value is not below a limit; the length when there is none. */
export function firstAtOrAfter(t: Column<number>, instant: number): number {
  let low = 0
  let high = t.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((t[middle] as number) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** The first place whose time is after `instant`. */
export function firstAfter(t: Column<EpochMs>, instant: EpochMs): number {
  let place = firstAtOrAfter(t, instant)
  while (place < t.length && t[place] === instant) place += 1
  return place
}
