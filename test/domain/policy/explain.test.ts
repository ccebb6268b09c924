import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { POLICY_PRESETS as config } from '#domain/policy/config.ts'
import { explainPolicy, type ExplainInput, type PolicyExplanation } from '#domain/policy/explain.ts'
import { findingText } from '#domain/schemas/findings.ts'
import { HISTORY_DECISIONS, type HistoryEntry } from '#domain/schemas/state-file.ts'

const NOW = Date.parse('2026-02-08T04:00:00Z')
const ago = (seconds: number): string => new Date(NOW - seconds * 1000).toISOString()

function answer(over: Partial<ExplainInput> = {}) {
  return explainPolicy({
    config,
    history: '{"history": []}',
    request: null,
    signals: null,
    at: null,
    now: NOW,
    localOffset: () => 0,
    ...over,
  })
}

function explain(history: HistoryEntry[], over: Partial<ExplainInput> = {}): PolicyExplanation {
  const given = answer({ history: JSON.stringify({ history }), ...over })
  if (!given.ok) throw new Error(given.faults.flatMap(({ findings }) => findings.map(findingText)).join())
  return given.explanation
}

test('WD1 the promised document, whole', () => {
  const history = [{ requested_at: ago(20.5), decision: 'executed' as const, success: true }]
  expect(explain(history)).toEqual({
    allowed: false,
    decision: 'blocked',
    reason: 'cooldown_active',
    reasons: ['cooldown_active'],
    warnings: [],
    state: 'cooldown',
    requires_acknowledgement: false,
    retry_after_seconds: 40,
    attempts_in_window: 1,
    retry_budget: 3,
    churn_threshold: 3,
    window_seconds: 600,
    cooldown_remaining_seconds: 40,
    thresholds: {
      cooldown_seconds: 60,
      retry_budget: 3,
      window_seconds: 600,
      churn_threshold: 3,
      churn_in_window: 1,
      guarded_mode: true,
      guard_release: 'manual',
    },
  })
})

const COUNTS: [title: string, entries: HistoryEntry[], attempts: number, cooldown: number, state: string][] =
  [
    [
      'an attempt that failed is one',
      [{ requested_at: ago(10), decision: 'executed', success: false }],
      1,
      50,
      'cooldown',
    ],
    [
      'an override is one',
      [{ requested_at: ago(10), decision: 'manual_override', success: true }],
      1,
      50,
      'cooldown',
    ],
    ['a refusal is none', [{ requested_at: ago(10), decision: 'blocked' }], 0, 0, 'allowed'],
    [
      'a signal that was never sent is none',
      [{ requested_at: ago(10), decision: 'failed', success: false }],
      0,
      0,
      'allowed',
    ],
    ['an old entry that worked is one', [{ requested_at: ago(10), success: true }], 1, 50, 'cooldown'],
    ['an old entry that says nothing is one', [{ requested_at: ago(10) }], 1, 50, 'cooldown'],
    ['an old entry that failed is none', [{ requested_at: ago(10), success: false }], 0, 0, 'allowed'],
    [
      'the request counts, not the completion',
      [{ requested_at: ago(60), completed_at: ago(1), decision: 'executed' }],
      1,
      0,
      'allowed',
    ],
    [
      'without a request the completion does',
      [{ requested_at: null, completed_at: ago(1), decision: 'executed' }],
      1,
      59,
      'cooldown',
    ],
    ['later than now is age 0', [{ requested_at: ago(-7200), decision: 'executed' }], 1, 60, 'cooldown'],
    [
      'a part of a second is waited for',
      [{ requested_at: ago(59.999), decision: 'executed' }],
      1,
      1,
      'cooldown',
    ],
    [
      'external restarts are churn alone',
      [1, 2, 3].map((s) => ({ requested_at: ago(s), decision: 'external' as const })),
      0,
      0,
      'guarded',
    ],
    [
      'exactly at the window three still guard',
      [600, 600, 600].map((s) => ({ requested_at: ago(s), decision: 'executed' as const })),
      3,
      0,
      'guarded',
    ],
    [
      'beyond it they do not',
      [601, 601, 601].map((s) => ({ requested_at: ago(s), decision: 'executed' as const })),
      0,
      0,
      'allowed',
    ],
  ]

test.each(COUNTS)('WD3 attempts: %s', (_title, entries, attempts, cooldown, state) => {
  expect(explain(entries)).toMatchObject({
    attempts_in_window: attempts,
    cooldown_remaining_seconds: cooldown,
    state,
  })
})

test('WD1 without a request an automatic restart is explained, with an empty one a manual', () => {
  expect(explain([]).reason).toBe('policy_allows_auto_restart')
  expect(explain([], { request: '' }).reason).toBe('policy_allows_manual_restart')
  expect(explain([], { request: '{}' }).reason).toBe('policy_allows_manual_restart')
  expect(explain([], { request: '{"source": "auto"}' }).reason).toBe('policy_allows_auto_restart')
})

test('WD12 a complete override is explained as one, and asks for nothing more', () => {
  const request = JSON.stringify({
    manual_override: true,
    override_acknowledged: true,
    override_reason: 'disk swapped',
  })
  const signals = '{"guard_latched": true, "paused": true, "circuit_state": "OPEN"}'
  expect(explain([{ requested_at: ago(1) }], { request, signals })).toMatchObject({
    allowed: true,
    decision: 'manual_override',
    reason: 'operator_override_acknowledged',
    reasons: ['operator_override_acknowledged'],
    warnings: ['maintenance_paused', 'circuit_open'],
    requires_acknowledgement: false,
    retry_after_seconds: null,
    state: 'paused',
  })
})

test('WD4 a manual restart refused for its cooldown is told how long, and that an override helps', () => {
  expect(explain([{ requested_at: ago(1) }], { request: '{}' })).toMatchObject({
    reason: 'cooldown_override_required',
    requires_acknowledgement: true,
    retry_after_seconds: 59,
  })
})

test('WD4 a release is read from the signals, local times included', () => {
  const history = [1, 2, 3].map((s) => ({ requested_at: ago(s), decision: 'external' as const }))
  const signals = '{"guard_released_at": "2026-02-08T05:00:00"}'
  expect(explain(history, { signals, localOffset: () => 3_600_000 }).state).toBe('allowed')
  expect(explain(history, { signals: '{"guard_released_at": null}' }).state).toBe('guarded')
})

test('WD1 the time can be chosen', () => {
  const history = [{ requested_at: '2026-02-08T03:00:00Z', decision: 'executed' as const }]
  expect(explain(history, { at: '2026-02-08T03:00:15Z' }).cooldown_remaining_seconds).toBe(45)
})

test('BI1 every fault of every document is told', () => {
  const given = answer({
    history: '{"history": [{"requested_at": 5}, 7]}',
    request: '{"manual_override": "yes"}',
    signals: '[]',
    at: 'noon',
  })
  expect(given.ok ? [] : given.faults.map(({ part, findings }) => [part, findings.length])).toEqual([
    ['history', 2],
    ['request', 1],
    ['signals', 1],
    ['at', 1],
  ])
})

test.each(['', 'null', '[]', '{"history": {}}', '{"history": [{}]}'])(
  'WD11 %j is no history, and never an empty one',
  (history) => {
    expect(answer({ history }).ok).toBe(false)
  },
)

const entry = fc.record({
  requested_at: fc.integer({ min: -100, max: 700 }).map(ago),
  decision: fc.option(fc.constantFrom(...HISTORY_DECISIONS)),
  success: fc.option(fc.boolean()),
})

test('WD3 refusals, however many, never change a decision', () => {
  const refusal = entry.map((some) => ({ ...some, decision: 'blocked' as const }))
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 6 }),
      fc.array(refusal, { maxLength: 6 }),
      (history, refusals) => {
        expect(explain([...history, ...refusals])).toEqual(explain(history))
      },
    ),
  )
})

test('WD12 an automatic request is explained the same with and without override fields', () => {
  const fields = fc.record(
    { manual_override: fc.boolean(), override_acknowledged: fc.boolean(), override_reason: fc.string() },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), fields, (history, override) => {
      const request = JSON.stringify({ source: 'auto', ...override })
      expect(explain(history, { request })).toEqual(explain(history))
    }),
  )
})

test('BI1 total: any text as any document ends in an answer', () => {
  const text = fc.oneof(fc.string(), fc.json())
  fc.assert(
    fc.property(text, text, text, text, (history, request, signals, at) => {
      const given = answer({ history, request, signals, at })
      if (!given.ok) expect(given.faults.length).toBeGreaterThan(0)
    }),
  )
})
