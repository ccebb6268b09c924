import { expect, test } from 'vitest'
import { composeHealth } from '#domain/health/compose.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { verdictOf } from '#domain/health/verdict.ts'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { policyState } from '#domain/policy/decide.ts'
import type { CircuitState, Health, TargetHealth } from '#domain/schemas/health.ts'

const NOW = Date.UTC(2026, 1, 8, 3, 14)

function healthFor(outcome: ProbeOutcome): Health {
  const signals = {
    circuit: 'CLOSED',
    databaseReachable: true,
    guardLatched: false,
    guardReleasedAt: null,
    paused: false,
    restartInProgress: false,
  } as const
  return composeHealth({
    outcome,
    since: NOW,
    policy: {
      config: POLICY_PRESETS,
      situation: policyState({ config: POLICY_PRESETS, restarts: [], signals, now: NOW }),
      lastCompletedAt: null,
      unhelpfulRestarts: 0,
    },
    pool: { warning: 0.9, critical: 1 },
    navigation: { engaged: false, routes: [] },
    contract: { version: '2026.11.1', valid: true },
    now: NOW,
  })
}

const answered = (health: TargetHealth | null, httpStatus = 200) =>
  healthFor({ kind: 'answered', health, httpStatus, latencyMs: 1, at: NOW })

const pool = (checkedOut: number) => ({
  runtime: { max_capacity: 10 },
  state: { checked_out: checkedOut, max_capacity: 10, saturation: checkedOut / 10 },
})

test.each([
  [8, 'CLOSED', 'healthy', null],
  [9, 'CLOSED', 'degraded', 'pool_saturated'],
  [10, 'OPEN', 'degraded', 'pool_saturated'],
  [0, 'OPEN', 'degraded', 'circuit_open'],
  [0, 'HALF_OPEN', 'degraded', 'circuit_open'],
] as const)(
  'OB1 a target that calls itself healthy with %i of 10 out and a circuit %s is %s',
  (out, state, status, reason) => {
    const circuit_breaker = { state: state as CircuitState }
    expect(answered({ status: 'healthy', database_pool: pool(out), circuit_breaker })).toMatchObject({
      status,
      degraded_reason: reason,
    })
  },
)

test.each([
  [204, 'healthy', null],
  [404, 'degraded', 'http_404'],
  [500, 'unhealthy', 'http_5xx'],
] as const)('IN1 a plain status endpoint that answers %i is %s', (httpStatus, status, reason) => {
  expect(answered(null, httpStatus)).toMatchObject({ status, degraded_reason: reason })
})

test('OB3 without a watchdog a restart is advised as something done by hand', () => {
  const health = answered({ status: 'degraded', degraded_reason: 'pool_saturated', database_pool: pool(10) })
  expect(verdictOf(health, { watchdogRunning: false }).nextStep).toContain('by hand')
  expect(verdictOf(health, { watchdogRunning: true }).nextStep).not.toContain('by hand')
})

test('a degradation that starts no restart does not promise one', () => {
  const health = answered({ status: 'degraded', degraded_reason: 'slow_queries', database_pool: pool(1) })
  expect(verdictOf(health, { watchdogRunning: true }).byItself).toBe(
    'Nothing: this is no reason for a restart.',
  )
})

test.each([
  ['refused', 'does not answer'],
  ['http_5xx', 'It answers, with an error'],
  ['malformed', 'cannot be read'],
] as const)('a probe that failed by %s is told as what it was', (reason, words) => {
  expect(
    verdictOf(healthFor({ kind: 'failed', reason, at: NOW }), { watchdogRunning: false }).detail,
  ).toContain(words)
})
