/**
 * The metric contract read word by word, as slowly and plainly as it can be said: filters, sorts, and sums over
 * rows. Written from the contract's document and not from the code; it rounds nothing.
 */
import type { MetricId } from '#domain/metrics/contract.ts'

export interface PlainDocument {
  readonly window: { readonly from: number; readonly to: number }
  readonly config: {
    readonly slow_ms: number
    readonly apdex_ms: number
    readonly slo_target: number
    readonly pool_warning: number
    readonly hold_s: number
    readonly rss_limit_bytes: number
    readonly policy: {
      readonly cooldown_s: number
      readonly retry_budget: number
      readonly window_s: number
      readonly churn_threshold: number
    }
  }
  readonly requests: readonly { t: number; duration_ms: number; status: number }[]
  readonly pool: readonly { t: number; checked_out: number; max_capacity: number }[]
  readonly breaker: readonly { t: number; state: string }[]
  readonly cache: readonly { t: number; l1_hits: number; l2_hits: number; misses: number }[]
  readonly process: readonly { t: number; pid: number; rss_bytes: number }[]
  readonly probe: readonly { t: number; ok: boolean; latency_ms: number | null; reason: string | null }[]
  readonly restarts: readonly { t_requested: number; t_completed: number | null; success: boolean }[]
}

export type Unrounded = Readonly<Record<MetricId, number | boolean | null>>

export function readSlowly(document: PlainDocument): Unrounded {
  return {
    ...requestsOf(document),
    ...poolOf(document),
    ...breakerOf(document),
    ...cacheOf(document),
    ...processesOf(document),
    ...probeOf(document),
    ...restartsOf(document),
  }
}

/** "Only samples with from <= t < to exist." */
function inside<T extends { t: number }>({ window }: PlainDocument, samples: readonly T[]): T[] {
  return samples.filter(({ t }) => window.from <= t && t < window.to)
}

function shareOf<T>(all: readonly T[], holds: (one: T) => boolean): number | null {
  return all.length === 0 ? null : all.filter(holds).length / all.length
}

/** "Quantile, linear interpolation at (n-1)q (type 7)." */
function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null
  const sorted = [...values].sort((one, other) => one - other)
  const place = (sorted.length - 1) * q
  const low = sorted[Math.floor(place)] as number
  const high = sorted[Math.ceil(place)] as number
  return low + (high - low) * (place - Math.floor(place))
}

function runAtEnd<T>(samples: readonly T[], holds: (one: T) => boolean): T[] {
  const broken = samples.findLastIndex((one) => !holds(one))
  return samples.slice(broken + 1)
}

/** "A sample holds until the next one, at most hold_s, and never past `to`." */
function secondsHeld<T extends { t: number }>(
  { window, config }: PlainDocument,
  samples: readonly T[],
  counts: (one: T) => boolean,
): number {
  return samples.reduce((seconds, sample, i) => {
    const next = samples[i + 1]?.t ?? window.to
    const until = Math.min(next, sample.t + config.hold_s * 1000, window.to)
    return counts(sample) ? seconds + (until - sample.t) / 1000 : seconds
  }, 0)
}

function requestsOf(document: PlainDocument) {
  const { window, config } = document
  const all = inside(document, document.requests)
  const durations = all.map(({ duration_ms }) => duration_ms)
  const T = config.apdex_ms
  const satisfied = shareOf(all, ({ duration_ms, status }) => duration_ms <= T && status < 500)
  const tolerating = shareOf(
    all,
    ({ duration_ms, status }) => T < duration_ms && duration_ms <= 4 * T && status < 500,
  )
  const burnRate = (lastMs: number) => {
    const recent = all.filter(({ t }) => t >= window.to - lastMs)
    const errors = shareOf(recent, ({ status }) => status >= 500)
    return errors === null ? null : errors / (1 - config.slo_target)
  }
  return {
    'request.count': all.length,
    'request.rate': all.length / ((window.to - window.from) / 1000),
    'request.error_ratio': shareOf(all, ({ status }) => status >= 500),
    'request.p50_ms': quantile(durations, 0.5),
    'request.p95_ms': quantile(durations, 0.95),
    'request.p99_ms': quantile(durations, 0.99),
    'request.max_ms': all.length === 0 ? null : Math.max(...durations),
    'request.slow_ratio': shareOf(all, ({ duration_ms }) => duration_ms > config.slow_ms),
    'request.apdex': satisfied === null || tolerating === null ? null : satisfied + tolerating / 2,
    'slo.burn_rate_5m': burnRate(5 * 60 * 1000),
    'slo.burn_rate_1h': burnRate(60 * 60 * 1000),
  }
}

function poolOf(document: PlainDocument) {
  // "A sample with max_capacity <= 0 is no sample."
  const samples = inside(document, document.pool)
    .filter(({ max_capacity }) => max_capacity > 0)
    .map(({ t, checked_out, max_capacity }) => ({ t, saturation: clamped(checked_out / max_capacity) }))
  const isBreach = ({ saturation }: { saturation: number }) => saturation >= document.config.pool_warning
  const breaches = runAtEnd(samples, isBreach).length
  const none = samples.length === 0
  return {
    'pool.saturation': samples.at(-1)?.saturation ?? null,
    'pool.saturation_max': none ? null : Math.max(...samples.map(({ saturation }) => saturation)),
    'pool.time_above_warning_s': none ? null : secondsHeld(document, samples, isBreach),
    'pool.consecutive_breaches': breaches,
    'alert.pool_pressure': breaches >= 3,
  }
}

function clamped(ratio: number): number {
  return ratio < 0 ? 0 : ratio > 1 ? 1 : ratio
}

function breakerOf({ window, breaker }: PlainDocument) {
  // Cut the window at every transition; in each piece the state is that of the last transition at or before it.
  const cuts = [window.from, ...breaker.map(({ t }) => t).filter((t) => window.from < t && t < window.to)]
  const pieces = cuts.map((start, i) => ({
    length: (cuts[i + 1] ?? window.to) - start,
    state: breaker.findLast(({ t }) => t <= start)?.state ?? null,
  }))
  const time = (holds: (state: string | null) => boolean) =>
    pieces.filter(({ state }) => holds(state)).reduce((sum, { length }) => sum + length, 0)
  const known = time((state) => state !== null)
  const pct = (wanted: string) => (known === 0 ? null : (time((state) => state === wanted) / known) * 100)
  const openings = breaker.filter(
    ({ t, state }, i) =>
      window.from <= t && t < window.to && state === 'OPEN' && breaker[i - 1]?.state !== 'OPEN',
  )
  return {
    'breaker.closed_pct': pct('CLOSED'),
    'breaker.open_pct': pct('OPEN'),
    'breaker.half_open_pct': pct('HALF_OPEN'),
    'breaker.openings': openings.length,
  }
}

function cacheOf(document: PlainDocument) {
  const samples = inside(document, document.cache)
  const increase = (counter: 'l1_hits' | 'l2_hits' | 'misses') =>
    samples.slice(1).reduce((sum, sample, i) => {
      const before = samples[i]?.[counter] ?? 0
      const after = sample[counter]
      return sum + (after < before ? after : after - before)
    }, 0)
  const all = increase('l1_hits') + increase('l2_hits') + increase('misses')
  const rate = (counter: 'l1_hits' | 'l2_hits' | 'misses') => (all === 0 ? null : increase(counter) / all)
  return {
    'cache.l1_hit_rate': rate('l1_hits'),
    'cache.l2_hit_rate': rate('l2_hits'),
    'cache.miss_rate': rate('misses'),
  }
}

function processesOf(document: PlainDocument) {
  const samples = inside(document, document.process)
  const times = [...new Set(samples.map(({ t }) => t))]
  const totals = times.map((time) =>
    samples.filter(({ t }) => t === time).reduce((sum, { rss_bytes }) => sum + rss_bytes, 0),
  )
  const last = samples.filter(({ t }) => t === times.at(-1))
  const total = totals.at(-1) ?? null
  const perMs = slope(times, totals)
  const growth = perMs === null ? null : perMs * 3_600_000
  const limit = document.config.rss_limit_bytes
  const hours = growth === null || growth <= 0 || total === null ? null : (limit - total) / growth
  return {
    'worker.count': last.length === 0 ? null : new Set(last.map(({ pid }) => pid)).size,
    'worker.rss_total_bytes': total,
    'worker.rss_growth_bytes_per_h': growth,
    'worker.hours_to_limit': total !== null && total >= limit ? 0 : hours,
  }
}

/** The slope of the textbook, in whole numbers of any size: the epochs and byte counts given here are whole. */
function slope(x: readonly number[], y: readonly number[]): number | null {
  if (x.length < 2) return null
  const n = BigInt(x.length)
  const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n)
  const X = x.map((value) => BigInt(value))
  const Y = y.map((value) => BigInt(value))
  const rise = n * sum(X.map((value, i) => value * (Y[i] as bigint))) - sum(X) * sum(Y)
  const run = n * sum(X.map((value) => value * value)) - sum(X) ** 2n
  return Number(rise) / Number(run)
}

function probeOf(document: PlainDocument) {
  const probes = inside(document, document.probe)
  const isDegraded = ({ reason }: { reason: string | null }) => reason !== null && reason !== ''
  const latencies = probes.filter(({ ok }) => ok).map(({ latency_ms }) => latency_ms as number)
  const available = shareOf(probes, ({ ok }) => ok)
  const [began] = runAtEnd(probes, isDegraded)
  return {
    'probe.availability_pct': available === null ? null : available * 100,
    'probe.latency_p95_ms': quantile(latencies, 0.95),
    'probe.degraded_s': probes.length === 0 ? null : secondsHeld(document, probes, isDegraded),
    'probe.consecutive_failures': runAtEnd(probes, ({ ok }) => !ok).length,
    'alert.degraded_sustained': began !== undefined && document.window.to - began.t >= 300_000,
  }
}

function restartsOf({ window, config: { policy }, restarts }: PlainDocument) {
  // "Attempts before `from` count here, attempts after `to` are not seen."
  const attempts = restarts.filter(({ t_requested }) => t_requested <= window.to)
  const ages = attempts.map(({ t_requested }) => (window.to - t_requested) / 1000)
  const count = ages.filter((age) => 0 <= age && age <= policy.window_s).length
  const spans = attempts.map(
    ({ t_requested: start }) =>
      attempts.filter(({ t_requested: t }) => start <= t && t <= Math.round(start + policy.window_s * 1000))
        .length,
  )
  const recoveries = attempts
    .filter(({ success }) => success)
    .map(({ t_requested, t_completed }) => ((t_completed as number) - t_requested) / 1000)
  const gaps = ages.slice(1).map((age, i) => (ages[i] as number) - age)
  const lastAge = ages.at(-1)
  return {
    'restart.count_in_window': count,
    'restart.budget_left': Math.max(0, policy.retry_budget - count),
    'restart.max_churn': Math.max(0, ...spans),
    'restart.mttr_s': mean(recoveries),
    'restart.mtbf_s': mean(gaps),
    'policy.cooldown_remaining_s':
      lastAge === undefined ? 0 : Math.max(0, Math.ceil(Number((policy.cooldown_s - lastAge).toFixed(6)))),
    'alert.restart_churn': count >= policy.churn_threshold,
  }
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
}
