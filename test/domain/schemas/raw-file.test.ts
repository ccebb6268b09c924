import { expect, test } from 'vitest'
import { DEFAULT_METRICS_CONFIG } from '#domain/metrics/config.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { type RawFile, readRawDocument, readRawFile } from '#domain/schemas/raw-file.ts'

const frame = { format: 'holdfast.raw/1', window: { from: 0, to: 60_000 } }
const requests = { t: [1, 2, 3], duration_ms: [10, 20, 30], status: [200, 200, 500] }

function read(document: unknown): RawFile {
  const reading = readRawDocument(document)
  if (!reading.ok) throw new Error(reading.findings.map(findingText).join('\n'))
  return reading.value
}

function faultsOf(document: unknown): string[] {
  const reading = readRawDocument(document)
  return reading.ok ? [] : reading.findings.map(findingText)
}

function textFaultsOf(text: string): string[] {
  const reading = readRawFile(text)
  return reading.ok ? [] : reading.findings.map(findingText)
}

test('a file with format and window alone is sound: presets, empty columns, no gaps', () => {
  const { window, config, columns, gaps } = read(frame)
  expect(window).toEqual(frame.window)
  expect(config).toEqual(DEFAULT_METRICS_CONFIG)
  expect(gaps).toEqual([])
  const all = Object.values(columns).flatMap((section): { length: number }[] => Object.values(section))
  expect(all.map(({ length }) => length)).toEqual(Array.from({ length: 22 }, () => 0))
})

test('every column arrives typed, with its own names', () => {
  const { columns, gaps } = read({
    ...frame,
    requests,
    pool: { t: [1], checked_out: [2], max_capacity: [3] },
    breaker: { t: [1, 2, 3], state: ['OPEN', 'HALF_OPEN', 'CLOSED'] },
    cache: { t: [1], l1_hits: [2], l2_hits: [3], misses: [4] },
    process: { t: [1], pid: [2], rss_bytes: [3] },
    probe: { t: [1, 2], ok: [true, false], latency_ms: [5, null], reason: ['', null] },
    restarts: { t_requested: [1, 2], t_completed: [4, null], success: [true, false] },
    gaps: [{ stream: 'pool', from: 1, to: 2 }],
  })
  expect(columns).toEqual({
    requests: {
      t: Float64Array.of(1, 2, 3),
      durationMs: Float64Array.of(10, 20, 30),
      status: Float64Array.of(200, 200, 500),
    },
    pool: { t: Float64Array.of(1), checkedOut: Float64Array.of(2), maxCapacity: Float64Array.of(3) },
    breaker: { t: Float64Array.of(1, 2, 3), state: Float64Array.of(1, 2, 0) },
    cache: {
      t: Float64Array.of(1),
      l1Hits: Float64Array.of(2),
      l2Hits: Float64Array.of(3),
      misses: Float64Array.of(4),
    },
    process: { t: Float64Array.of(1), pid: Float64Array.of(2), rssBytes: Float64Array.of(3) },
    probe: {
      t: Float64Array.of(1, 2),
      ok: Float64Array.of(1, 0),
      latencyMs: Float64Array.of(5, Number.NaN),
      reason: Float64Array.of(0, 0),
    },
    restarts: {
      tRequested: Float64Array.of(1, 2),
      tCompleted: Float64Array.of(4, Number.NaN),
      success: Float64Array.of(1, 0),
    },
  })
  expect(gaps).toEqual([{ stream: 'pool', from: 1, to: 2 }])
})

test('each field of config is taken, in its own unit; the others keep their presets', () => {
  const policy = { cooldown_s: 1.001, retry_budget: 0, window_s: 4.35, churn_threshold: 9 }
  expect(read({ ...frame, config: { slow_ms: 7, hold_s: 0.1, rss_limit_bytes: 8, policy } }).config).toEqual({
    ...DEFAULT_METRICS_CONFIG,
    slowMs: 7,
    holdMs: 100,
    rssBytesLimit: 8,
    policy: { cooldownMs: 1001, retryBudget: 0, windowMs: 4350, churnThreshold: 9 },
  })
  expect(read({ ...frame, config: { slo_target: 0.5, policy: {} } }).config).toEqual({
    ...DEFAULT_METRICS_CONFIG,
    sloTarget: 0.5,
  })
})

test('sections and columns of a later version are ignored, whatever stands in them', () => {
  const { columns } = read({
    ...frame,
    cursor: 'x',
    disks: 7,
    config: { colour: 'red' },
    requests: { ...requests, route: null },
  })
  expect(columns.requests.t).toHaveLength(3)
})

const MALFORMED: { title: string; document: unknown; texts: string[] }[] = [
  { title: 'no object', document: [frame], texts: ['the document: expected an object, found a list of 1'] },
  {
    title: 'another format',
    document: { ...frame, format: 'holdfast.raw/2' },
    texts: ['format: expected "holdfast.raw/1", found "holdfast.raw/2"'],
  },
  {
    title: 'no format and no window',
    document: {},
    texts: ['format: expected "holdfast.raw/1", found nothing', 'window: expected an object, found nothing'],
  },
  {
    title: 'a window that ends where it begins',
    document: { ...frame, window: { from: 5, to: 5 } },
    texts: ['window.to: expected a time after window.from, found 5'],
  },
  {
    title: 'a window that ends before it begins',
    document: { ...frame, window: { from: 5, to: 4 } },
    texts: ['window.to: expected a time after window.from, found 4'],
  },
  {
    title: 'a window of text',
    document: { ...frame, window: { from: '2026-01-01', to: 1e300 } },
    texts: [
      'window.from: expected a number, found "2026-01-01"',
      'window.to: expected a time in milliseconds since the epoch, found 1e+300',
    ],
  },
  {
    title: 'an objective that allows nothing, or everything',
    document: { ...frame, config: { slo_target: 1 } },
    texts: ['config.slo_target: expected a number below 1, found 1'],
  },
  {
    title: 'an objective of zero',
    document: { ...frame, config: { slo_target: 0 } },
    texts: ['config.slo_target: expected a number above 0, found 0'],
  },
  {
    title: 'limits that are none',
    document: {
      ...frame,
      config: { hold_s: -1, slow_ms: null, policy: { retry_budget: 1.5, churn_threshold: 0 } },
    },
    texts: [
      'config.slow_ms: expected a number, found null',
      'config.hold_s: expected a number from 0, found -1',
      'config.policy.retry_budget: expected a whole number, found 1.5',
      'config.policy.churn_threshold: expected a number from 1, found 0',
    ],
  },
  {
    title: 'unequal columns',
    document: { ...frame, requests: { ...requests, status: [200, 200] } },
    texts: ['requests.status[2]: expected 3 values, found 2'],
  },
  {
    title: 'a missing column',
    document: { ...frame, requests: { t: [1], duration_ms: [1] } },
    texts: ['requests.status[0]: expected 1 values, found 0'],
  },
  {
    title: 'a time that goes backwards',
    document: { ...frame, requests: { ...requests, t: [1, 3, 2] } },
    texts: [
      'requests.t[2]: expected a time in milliseconds since the epoch, not before the one above it, found 2',
    ],
  },
  {
    title: 'null where a number is due',
    document: { ...frame, requests: { ...requests, duration_ms: [1, null, 3] } },
    texts: ['requests.duration_ms[1]: expected a number, not negative, found null'],
  },
  {
    title: 'a number written as text',
    document: { ...frame, requests: { ...requests, status: [200, '200', 200] } },
    texts: ['requests.status[1]: expected a number, found "200"'],
  },
  {
    title: 'a negative duration',
    document: { ...frame, requests: { ...requests, duration_ms: [1, 2, -0.5] } },
    texts: ['requests.duration_ms[2]: expected a number, not negative, found -0.5'],
  },
  {
    title: 'an unknown breaker state',
    document: { ...frame, breaker: { t: [1], state: ['AJAR'] } },
    texts: ['breaker.state[0]: expected one of CLOSED, OPEN, HALF_OPEN, found "AJAR"'],
  },
  {
    title: 'a restart that was completed before it was requested',
    document: { ...frame, restarts: { t_requested: [5], t_completed: [4], success: [true] } },
    texts: [
      'restarts.t_completed[0]: expected a time not before t_requested; null only where success is false, found 4',
    ],
  },
  {
    title: 'a section that is no object, a column that is no list',
    document: { ...frame, pool: null, process: { t: null }, probe: { t: {} }, cache: [] },
    texts: [
      'pool: expected an object of columns, found null',
      'cache: expected an object of columns, found a list of 0',
      'process.t: expected a list, found null',
      'probe.t: expected a list, found an object',
    ],
  },
  {
    title: 'gaps that are none',
    document: { ...frame, gaps: [{ stream: 'pool', from: 1 }] },
    texts: ['gaps[0].to: expected a number, found nothing'],
  },
  {
    title: 'everything at once',
    document: { ...frame, format: 1, pool: { t: [2, 1], checked_out: [], max_capacity: [1, 'x'] } },
    texts: [
      'format: expected "holdfast.raw/1", found 1',
      'pool.t[1]: expected a time in milliseconds since the epoch, not before the one above it, found 1',
      'pool.checked_out[0]: expected 2 values, found 0',
      'pool.max_capacity[1]: expected a number, found "x"',
    ],
  },
]

test.each(MALFORMED)('BI1 malformed: $title', ({ document, texts }) => {
  expect(faultsOf(document)).toEqual(texts)
})

test.each([
  ['', 'the document: expected JSON, found nothing'],
  ['t;duration\n1;2', 'the document: expected JSON, found text that is none'],
  ['{"format": "holdfast.raw/1", "window": {"from"', 'ends too early (after 46 characters)'],
  [`${JSON.stringify(frame)},`, 'found text that is none (line 1 column'],
  [`\uFEFF${JSON.stringify(frame)}`, 'the document: expected JSON, found a byte order mark before it'],
])('BI1 text that is no document: %j', (text, expected) => {
  const faults = textFaultsOf(text)
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain(expected)
})

test.each(['NaN', 'Infinity', '-Infinity'])(
  'BI1 %s, which JSON does not have, is named at its place',
  (token) => {
    const text = JSON.stringify({ ...frame, note: 'NaN "and\\', requests }).replace('20', token)
    expect(textFaultsOf(text)).toEqual([
      `requests.duration_ms[1]: expected a number, not negative, found "${token}"`,
    ])
  },
)

test('BI1 NaN in a place that nobody reads is still no JSON', () => {
  expect(textFaultsOf(JSON.stringify({ ...frame, disks: [0] }).replace('[0]', '[NaN]'))).toEqual([
    'the document: expected JSON, found text that is none',
  ])
})

test('BI1 numbers beyond a double are not taken for infinite ones', () => {
  const text = JSON.stringify({ ...frame, requests }).replace('20', '1e999')
  expect(textFaultsOf(text)).toEqual([
    'requests.duration_ms[1]: expected a number, not negative, found Infinity',
  ])
})

test('BI1 millions of little lists, and lists within lists without end, are refused before they are parsed', () => {
  const expected = ['the document: expected at most 2000000 objects and lists, found more']
  expect(textFaultsOf('['.repeat(2_000_001))).toEqual(expected)
  expect(textFaultsOf(`[${'[],'.repeat(1_000_000)}${'{},'.repeat(1_000_000)}1]`)).toEqual(expected)
})

test('a file whose names are those of every object is read without harm', () => {
  const text = '{"__proto__": {"format": "holdfast.raw/1"}, "constructor": 1, "window": {"from": 0, "to": 1}}'
  expect(textFaultsOf(text)).toEqual(['format: expected "holdfast.raw/1", found nothing'])
})
