import { expect, test } from 'vitest'
import { databaseReachable } from '#domain/health/compose.ts'
import { health } from '#domain/schemas/health.ts'
import { NOW, sampleHealth, type SampleInput } from './health-sample.ts'

const answered = (httpStatus: number): NonNullable<SampleInput['outcome']> => ({
  kind: 'answered',
  health: null,
  httpStatus,
  latencyMs: 1,
  at: NOW,
})
const failed = (
  reason: 'timeout' | 'refused' | 'reset' | 'malformed' | 'http_5xx',
): NonNullable<SampleInput['outcome']> => ({
  kind: 'failed',
  reason,
  at: NOW,
})

const STANDINGS: [title: string, input: SampleInput, status: string, reason: string | null][] = [
  ['before the first probe nothing is claimed', { outcome: { kind: 'never' } }, 'degraded', 'not_probed_yet'],
  ['a time-out', { outcome: failed('timeout') }, 'unhealthy', 'target_unreachable'],
  ['a refused connection', { outcome: failed('refused') }, 'unhealthy', 'target_unreachable'],
  ['a reset connection', { outcome: failed('reset') }, 'unhealthy', 'target_unreachable'],
  ['an answer that cannot be read', { outcome: failed('malformed') }, 'unhealthy', 'health_malformed'],
  ['an error answer', { outcome: failed('http_5xx') }, 'unhealthy', 'http_5xx'],
  ['a plain endpoint that answers', { outcome: answered(204) }, 'healthy', null],
  ['a plain endpoint that is not there', { outcome: answered(404) }, 'degraded', 'http_404'],
  [
    'what the target says',
    { told: { status: 'degraded', degraded_reason: 'pool_saturated' } },
    'degraded',
    'pool_saturated',
  ],
  ['an error code outweighs what the payload says', { httpStatus: 503 }, 'unhealthy', 'unspecified'],
  [
    'a reason of nothing visible is none',
    { told: { status: 'degraded', degraded_reason: '\u200b\n' } },
    'degraded',
    'unspecified',
  ],
  ['a well service needs no reason', { told: { degraded_reason: '' } }, 'healthy', null],
]

test.each(STANDINGS)('OB1 %s', (_title, input, status, reason) => {
  expect(sampleHealth(input)).toMatchObject({ status, degraded_reason: reason })
})

test('OB1 the payload fits its own schema, with and without an answer', () => {
  for (const input of [{}, { outcome: failed('timeout') }, { outcome: { kind: 'never' as const } }])
    expect(health.parse(sampleHealth(input))).toEqual(sampleHealth(input))
})

test('OB5 the age of the look is in the payload, never negative after a clock was set back', () => {
  expect(sampleHealth().age_ms).toBe(400)
  const ahead: NonNullable<SampleInput['outcome']> = { kind: 'failed', reason: 'timeout', at: NOW + 5000 }
  expect(sampleHealth({ outcome: ahead }).age_ms).toBe(0)
})

test('SE8 what the target wrote is cleaned, and bounded in number', () => {
  const many = Array.from({ length: 50 }, (_, index) => `warning\u001b ${index}`)
  const services = Object.fromEntries(many.map((name) => [name, 'ok']))
  const { warnings, services: shown } = sampleHealth({ told: { warnings: many, services } })
  expect(warnings).toHaveLength(20)
  expect(warnings[0]).toBe('warning  0')
  expect(Object.keys(shown)).toHaveLength(31)
})

test('OB1 a target cannot say of itself whether it was reached', () => {
  expect(sampleHealth({ told: { services: { target: 'unreachable' } } }).services.target).toBe('ok')
})

test('OB2 the policy blocks carry the promised names, in whole seconds that are never too short', () => {
  const { resilience } = sampleHealth({ restarts: [{ kind: 'attempt', at: NOW - 20_500 }] })
  expect(resilience.policy_state).toEqual({
    state: 'cooldown',
    allowed: false,
    cooldown: true,
    blocked: true,
    cooldown_remaining_seconds: 40,
    attempts_in_window: 1,
    retry_budget: 3,
    churn_threshold: 3,
    window_seconds: 600,
  })
  expect(resilience.restart_churn).toEqual({
    window_seconds: 600,
    threshold: 3,
    count: 1,
    exceeded: false,
    last_completed_at: null,
  })
})

test.each([
  ['the target does not say', null, null],
  ['nothing of the database', { services: {} }, null],
  ['it is well', { services: { database: 'ok' } }, true],
  ['any word for gone', { services: { database: 'Unreachable' } }, false],
  ['the reason alone', { degraded_reason: 'database_unreachable', services: { database: 'ok' } }, false],
])('WD5 whether the database can be reached: %s', (_title, told, expected) => {
  expect(databaseReachable(told)).toBe(expected)
})
