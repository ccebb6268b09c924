/**
 * The documents that code and baseline are held against each other with. The small ones are committed beside
 * what the baseline says of them; the large and the many are made anew at each run, from seeds.
 */
import { RAW_SECTIONS, type RawSection } from '#domain/schemas/raw-columns.ts'

type Cell = number | string | boolean | null
/** In the order of the section's columns. */
export type Row = readonly Cell[]
type Rows = Partial<Record<RawSection, readonly Row[]>>

export interface RawDocument {
  readonly format: 'holdfast.raw/1'
  readonly window: { readonly from: number; readonly to: number }
  readonly config?: object
  readonly gaps?: readonly object[]
  readonly [section: string]: unknown
}

export interface Fixture {
  readonly name: string
  readonly document: RawDocument
}

interface Description extends Rows {
  readonly from?: number
  readonly lengthMs?: number
  readonly config?: object
  readonly gaps?: readonly object[]
}

const SECONDS = 1000
const MINUTES = 60 * SECONDS
const HOURS = 60 * MINUTES

const FROM = Date.UTC(2025, 10, 20, 1)
const TO = FROM + HOURS
/** Europe's clocks go forward in the middle of it; an epoch does not. */
const SUMMER_TIME = Date.UTC(2026, 2, 29, 0, 30)

export function documentOf({
  from = FROM,
  lengthMs = HOURS,
  config,
  gaps,
  ...rows
}: Description): RawDocument {
  const sections = Object.entries(rows).map(([section, cells]) => [
    section,
    columnsOf(section as RawSection, cells),
  ])
  return {
    format: 'holdfast.raw/1',
    window: { from, to: from + lengthMs },
    ...(config === undefined ? {} : { config }),
    ...(gaps === undefined ? {} : { gaps }),
    ...Object.fromEntries(sections),
  }
}

function columnsOf(section: RawSection, rows: readonly Row[]): Record<string, Cell[]> {
  const names = Object.keys(RAW_SECTIONS[section])
  return Object.fromEntries(names.map((name, at) => [name, rows.map((row) => row[at] as Cell)]))
}

export function committedFixtures(): Fixture[] {
  return [
    { name: 'empty', document: documentOf({}) },
    { name: 'one-sample', document: oneSample() },
    { name: 'borders', document: borders() },
    { name: 'just-below', document: justBelow() },
    { name: 'ties', document: ties() },
    { name: 'counter-resets', document: counterResets() },
    { name: 'gaps', document: withGaps() },
    { name: 'capacity-zero', document: capacityZero() },
    { name: 'all-errors', document: allErrors() },
    { name: 'plenty', document: plenty() },
    { name: 'other-config', document: otherConfig() },
    { name: 'summer-time', document: ordinary(77, { from: SUMMER_TIME, requests: 60, gauges: 60 }) },
    { name: 'ordinary', document: ordinary(1, { from: FROM, requests: 300, gauges: 120 }) },
  ]
}

function oneSample(): RawDocument {
  const t = FROM + 20 * MINUTES
  return documentOf({
    requests: [[t, 123.456, 200]],
    pool: [[t, 29, 30]],
    breaker: [[t, 'OPEN']],
    cache: [[t, 5, 6, 7]],
    process: [[t, 4242, 123_456_789]],
    probe: [[t, true, 3.21, 'slow']],
    restarts: [[t, t + 4200, true]],
  })
}

/** Each rule at the place where it turns over: a sample on both borders, a value at each threshold. */
function borders(): RawDocument {
  const around = [FROM - 1, FROM, TO - 1, TO]
  return documentOf({
    requests: [
      ...[FROM - 1, FROM].map((t) => [t, 9999, 500]),
      ...[500, 500.5, 1000, 1000.5, 2000, 2000.5].map((duration, i) => [FROM + i, duration, 499]),
      [TO - 5 * MINUTES - 1, 1, 500],
      [TO - 5 * MINUTES, 1, 500],
      ...[TO - 1, TO].map((t) => [t, 1, 200]),
    ],
    pool: [
      [FROM - 1, 30, 30],
      [FROM, 27, 30],
      [FROM + 15 * SECONDS, 26, 30],
      ...[3, 2, 1].map((back) => [TO - back, 27, 30]),
      [TO, 0, 30],
    ],
    breaker: [
      [FROM - 10, 'CLOSED'],
      [FROM, 'OPEN'],
      [TO - 12 * MINUTES, 'HALF_OPEN'],
      [TO - 1, 'OPEN'],
      [TO, 'OPEN'],
    ],
    cache: around.map((t, i) => [t, 100 * i, 10 * i * i, i * i * i]),
    process: around.map((t, i) => [t, 7, 1_000_000 * (i + 1)]),
    probe: [
      [FROM - 1, false, null, 'slow'],
      [FROM, true, 4, null],
      [TO - 5 * MINUTES, true, 8, 'slow'],
      [TO - 1, false, null, 'pool_saturated'],
      [TO, true, 1, null],
    ],
    restarts: [
      [TO - 601 * SECONDS, TO - 590 * SECONDS, true],
      [TO - 600 * SECONDS, TO - 599 * SECONDS, false],
      [TO - 300 * SECONDS, null, false],
      [TO - 1, TO + 41 * SECONDS, true],
      [TO, null, false],
      [TO + 1, TO + 2, true],
    ],
  })
}

/** The same rules a step before they turn over, in a window that is longer than any of them looks back. */
function justBelow(): RawDocument {
  const from = TO - 2 * HOURS
  return documentOf({
    from,
    lengthMs: 2 * HOURS,
    requests: [
      ...[from, TO - HOURS - 20 * SECONDS, TO - HOURS - 1].map((t) => [t, 499.99, 500]),
      ...[TO - HOURS, TO - 2 * MINUTES, TO - MINUTES].map((t) => [t, 1999.99, 200]),
    ],
    pool: [26.9, 27, 28].map((out, i) => [TO - 3 + i, out, 30]),
    breaker: [
      [from - 5, 'CLOSED'],
      [from - 2, 'OPEN'],
      [from + 10, 'OPEN'],
      [from + MINUTES, 'CLOSED'],
    ],
    process: [3, 2, 1].map((back) => [TO - back * MINUTES, 9, 2_147_483_000 + back * 100]),
    probe: [
      [TO - 300_001, true, 2, ''],
      [TO - 299_999, true, 3, 'slow'],
      [TO - 1, true, 4, 'slow'],
    ],
    restarts: [700_000, 599_999, 59_001].map((back) => [TO - back, TO - back + 5000, back > 60_000]),
  })
}

/** Equal times, equal values, and results that lie half-way between two roundings. */
function ties(): RawDocument {
  const t = FROM + 30 * MINUTES
  return documentOf({
    lengthMs: 16 * SECONDS + 30 * MINUTES,
    requests: [
      ...[0.125, 0.375, 1.005, 1.005, 8.345].map((duration) => [t, duration, 200]),
      ...[1, 2, 3].map((i) => [t + i, 10.625, i === 3 ? 503 : 200]),
    ],
    pool: [
      [t, 30, 30],
      [t, 1, 30],
      [t, 29, 32],
      [t + 2250, 29, 32],
      [t + 2250, 28, 32],
    ],
    breaker: ['OPEN', 'CLOSED', 'OPEN', 'OPEN', 'HALF_OPEN', 'OPEN'].map((state) => [t, state]),
    cache: [1, 2, 4, 4, 8].map((count, i) => [t + 1000 * Math.floor(i / 2), count, count * 3, count * 4]),
    process: [
      [t, 1, 1000],
      [t, 2, 2001],
      [t + 7_200, 1, 1000],
      [t + 7_200, 2, 2001],
      [t + 7_200, 2, 1],
    ],
    probe: [true, true, false, false].map((ok, i) => [t + 50 * i, ok, 0.015 * (i + 1), i % 2 ? 'slow' : '']),
    restarts: [0, 0, 0, 150, 150].map((later, i) => [t + later, t + later + 250 * i, true]),
  })
}

function counterResets(): RawDocument {
  const random = seeded(3)
  const counters = [900, 40, 60]
  const rows = Array.from({ length: 80 }, (_, i): Row => {
    counters.forEach((count, at) => (counters[at] = count + whole(random, 0, 50 - at * 15)))
    // One alone, then all at once, then to zero, then again at once.
    if (i === 20) counters[0] = 7
    if (i === 40) counters.fill(3)
    if (i === 60 || i === 61) counters.fill(0)
    return [FROM + i * 40 * SECONDS, ...counters]
  })
  return documentOf({ cache: rows })
}

/** Nobody watched for a while: holds end, runs go on, nothing is bridged. */
function withGaps(): RawDocument {
  const times = [0, 5, 10, 900, 905, 2400, 3500, 3590].map((s) => FROM + s * SECONDS)
  return documentOf({
    gaps: [
      { stream: 'pool', from: FROM + 10 * SECONDS, to: FROM + 900 * SECONDS, reason: 'agent_restarted' },
    ],
    requests: times.map((t, i) => [t, 40 + i * 7.25, i === 3 ? 500 : 200]),
    pool: times.map((t, i) => [t, i < 3 || i > 5 ? 29 : 3, 30]),
    breaker: [
      [FROM + 900 * SECONDS, 'HALF_OPEN'],
      [FROM + 2400 * SECONDS, 'CLOSED'],
    ],
    cache: times.map((t, i) => [t, i * 100, i * 10, i]),
    process: times.map((t, i) => [t, 31, 200_000_000 + i * i * 1_000_000]),
    probe: times.map((t, i) => [t, i !== 4, i === 4 ? null : 3 + i, i > 4 ? 'slow' : null]),
    restarts: [[FROM - 2 * HOURS, FROM - 2 * HOURS + 12_345, true]],
  })
}

function capacityZero(): RawDocument {
  const rows: Row[] = [
    [0, 0, 0],
    [10, 28, 30],
    [12, 5, 0],
    [20, 29, 30],
    [24, 7, -4],
    [40, -3, 30],
    [50, 99, 30],
    [55, 30, 30],
    [56, 0, 0],
    [58, 27, 30],
    [59, 12, 0],
  ]
  return documentOf({
    lengthMs: MINUTES,
    pool: rows.map(([s, ...others]) => [FROM + Number(s) * SECONDS, ...others]),
  })
}

function allErrors(): RawDocument {
  const seconds = Array.from({ length: 90 }, (_, i) => FROM + i * 40 * SECONDS)
  return documentOf({
    requests: seconds.map((t, i) => [t, 30_000 + i, i % 2 ? 500 : 599]),
    pool: seconds.map((t) => [t, 30, 30]),
    breaker: [[FROM - HOURS, 'OPEN']],
    cache: seconds.map((t, i) => [t, 0, 0, i]),
    process: seconds.map((t, i) => [t, 1, 2_147_483_648 - 89 + 2 * i]),
    probe: seconds.map((t, i) => [t, false, i % 2 ? 800 : null, 'database_unreachable']),
    restarts: seconds.slice(-20).map((t) => [t, null, false]),
  })
}

/** Every whole figure is above a hundred, so that an error of one per cent is at least one. */
function plenty(): RawDocument {
  const many = Array.from({ length: 160 }, (_, i) => i)
  const t = (i: number) => TO - (160 - i) * 3 * SECONDS
  const policy = { cooldown_s: 3600, retry_budget: 500, window_s: 1200, churn_threshold: 160 }
  return documentOf({
    config: { rss_limit_bytes: 4e11, hold_s: 30, policy },
    requests: many.flatMap((i): Row[] => [
      [t(i), 90 + i * 11.3, i % 3 ? 200 : 500],
      [t(i), 300 + i * 20, 200],
    ]),
    pool: many.map((i) => [t(i), i < 5 ? 11 : 27 + (i % 4), 30]),
    breaker: many.flatMap((i): Row[] => [
      [t(i) - 2000, 'OPEN'],
      [t(i) - 900, 'HALF_OPEN'],
      [t(i) - 400, 'CLOSED'],
    ]),
    cache: many.map((i) => [t(i), i * 70, i * 20 + (i % 7), i * 10]),
    process: [20, 80, 159].flatMap((i) =>
      many.slice(0, 130).map((pid): Row => [t(i), pid, 1e8 + i * 100_000 + pid]),
    ),
    probe: many.map((i) => [t(i), i < 40, i < 40 ? 100 + i * 3 : null, i > 20 ? 'slow' : '']),
    restarts: many.map((i) => [t(i), i % 2 ? null : t(i) + 20_000 + i * 100, i % 2 === 0]),
  })
}

function otherConfig(): RawDocument {
  const policy = { cooldown_s: 1.001, retry_budget: 0, window_s: 4.35, churn_threshold: 2 }
  const config = {
    slow_ms: 33.3,
    apdex_ms: 12.5,
    slo_target: 0.95,
    pool_warning: 0.7,
    pool_critical: 0.8,
    hold_s: 0.1,
    rss_limit_bytes: 1_000_000,
    policy,
  }
  const times = Array.from({ length: 24 }, (_, i) => FROM + i * 1500)
  const to = FROM + 36 * SECONDS
  return documentOf({
    lengthMs: 36 * SECONDS,
    config,
    requests: times.map((t, i) => [t, 12.5 * (1 + (i % 5)), i % 6 ? 200 : 502]),
    pool: times.map((t, i) => [t, 5 + (i % 4), 10]),
    process: times.map((t, i) => [t, 1, 900_000 + i * 7919]),
    probe: times.map((t, i) => [t, i % 9 !== 0, i % 9 ? i : null, i % 2 ? 'slow' : null]),
    restarts: [to - 4350, to - 3000, to - 1001].map((t) => [t, t + 333, true]),
  })
}

interface Size {
  readonly from: number
  readonly requests: number
  readonly gauges: number
}

/** An hour as it may be, with everything in it. */
export function ordinary(seed: number, { from, requests, gauges }: Size): RawDocument {
  const random = seeded(seed)
  const times = (count: number) => ascending(random, count, from - 4 * MINUTES, from + HOURS + 4 * MINUTES)
  const states = ['CLOSED', 'OPEN', 'HALF_OPEN']
  const counters = [0, 0, 0]
  return documentOf({
    from,
    requests: times(requests).map((t) => [
      t,
      duration(random),
      pick(random, [200, 200, 200, 301, 404, 500, 503]),
    ]),
    pool: times(gauges).map((t) => [t, whole(random, 20, 32), pick(random, [30, 30, 30, 30, 0])]),
    breaker: times(Math.ceil(gauges / 8)).map((t) => [t, pick(random, states)]),
    cache: times(gauges).map((t) => {
      counters.forEach(
        (count, at) => (counters[at] = random() < 0.04 ? whole(random, 0, 9) : count + whole(random, 0, 40)),
      )
      return [t, ...counters]
    }),
    process: times(Math.ceil(gauges / 3)).flatMap((t, i) =>
      Array.from({ length: whole(random, 1, 5) }, (_, pid): Row => [
        t,
        100 + pid,
        whole(random, 1e7, 1e8) + i * 100_000,
      ]),
    ),
    probe: times(gauges).map((t) => {
      const ok = random() < 0.8
      return [
        t,
        ok,
        ok || random() < 0.3 ? duration(random) / 20 : null,
        pick(random, [null, '', 'slow', 'pool_saturated']),
      ]
    }),
    restarts: ascending(random, 12, from - 2 * HOURS, from + HOURS + MINUTES).map((t) => {
      const success = random() < 0.6
      return [t, success ? t + whole(random, 900, 60_000) : null, success]
    }),
  })
}

/** Not committed: made at each run. */
export function madeFixtures(): Fixture[] {
  const seeds = Array.from({ length: 40 }, (_, i) => 1000 + i)
  return seeds.map((seed) => ({
    name: `seed ${seed}`,
    document: ordinary(seed, { from: FROM, requests: 30 + (seed % 7) * 20, gauges: 5 + (seed % 11) * 6 }),
  }))
}

export function millionRequests(): Fixture {
  return {
    name: 'a million requests',
    document: ordinary(9, { from: FROM, requests: 1_000_000, gauges: 20_000 }),
  }
}

/** mulberry32: small, even enough, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function whole(random: () => number, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1))
}

function pick<T>(random: () => number, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T
}

/** Most are short, a few are very long; a hundredth of a millisecond, as they are measured. */
function duration(random: () => number): number {
  return Math.round(2000 * (1 / (1 - random() * 0.998) - 1)) / 100
}

function ascending(random: () => number, count: number, from: number, to: number): number[] {
  return Array.from({ length: count }, () => whole(random, from, to)).sort((one, other) => one - other)
}
