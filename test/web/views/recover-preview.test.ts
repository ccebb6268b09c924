/** WD1: what the page says before the click is what the policy will decide. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { POLICY_PRESETS } from '#domain/policy/config.ts'
import { decideRestart, policyState, type PolicySignals } from '#domain/policy/decide.ts'
import { policyStateBlock, restartChurnBlock } from '#domain/policy/policy-blocks.ts'
import type { Restart } from '#domain/policy/restarts.ts'
import { cooldownLeftMs, decideSeen } from '#web/views/recover/seen-policy.ts'
import { NOW } from '../raw-page.ts'
import { sampleHealth } from '../sample-health.ts'
import { sampleWorker } from '../sample-worker.ts'

const GOOD: PolicySignals = {
  circuit: 'CLOSED',
  databaseReachable: true,
  guardLatched: false,
  guardReleasedAt: null,
  paused: false,
  restartInProgress: false,
}

/** As the agent tells it of these restarts. */
function told(restarts: readonly Restart[], changed: Partial<PolicySignals> = {}) {
  const signals = { ...GOOD, ...changed }
  const input = { config: POLICY_PRESETS, restarts, signals, now: NOW }
  const situation = policyState(input)
  const block = policyStateBlock(POLICY_PRESETS, situation)
  const status = sampleWorker({
    policy_state: block,
    restart_churn: restartChurnBlock(POLICY_PRESETS, situation, null),
    cooldown: { active: block.cooldown, remaining_seconds: block.cooldown_remaining_seconds },
    guard: { latched: signals.guardLatched || situation.churn >= 3, latched_at: null, released_at: null },
    pause: signals.paused ? { by: 'ops', reason: '', since: new Date(NOW).toISOString(), until: null } : null,
  })
  const health = sampleHealth({
    circuit_breaker: { state: signals.circuit },
    services: { database: signals.databaseReachable ? 'ok' : 'down' },
  })
  return { input, seen: { reading: { status, agentNow: NOW }, health, now: NOW } }
}

const override = { acknowledged: true, reason: 'because' }

test('WD1 for any history and any signals the page decides as the policy does', () => {
  const restart = fc.record({
    kind: fc.constantFrom('attempt' as const, 'external' as const),
    at: fc.integer({ min: 0, max: 700 }).map((seconds) => NOW - seconds * 1000),
    released: fc.boolean(),
  })
  const signals = fc.record({
    circuit: fc.constantFrom('CLOSED' as const, 'OPEN' as const, 'HALF_OPEN' as const),
    databaseReachable: fc.boolean(),
    guardLatched: fc.boolean(),
    paused: fc.boolean(),
    restartInProgress: fc.boolean(),
  })
  const asked = fc.constantFrom(
    { source: 'automatic' as const },
    { source: 'manual' as const, override: null },
    { source: 'manual' as const, override },
    { source: 'manual' as const, override: null, drift: 'refuses' as const },
    { source: 'manual' as const, override: null, drift: 'warns' as const },
  )
  fc.assert(
    fc.property(fc.array(restart, { maxLength: 5 }), signals, asked, (restarts, changed, request) => {
      const { input, seen } = told(restarts, changed)
      const { decision, reason, state, warnings, attemptsInWindow, churn } = decideSeen(seen, request)
      expect({ decision, reason, state, warnings, attemptsInWindow, churn }).toMatchObject(
        pick(decideRestart({ ...input, request })),
      )
    }),
  )
})

function pick({
  decision,
  reason,
  state,
  warnings,
  attemptsInWindow,
  churn,
}: ReturnType<typeof decideRestart>) {
  return { decision, reason, state, warnings, attemptsInWindow, churn }
}

describe('the cooldown', () => {
  const attempt = { kind: 'attempt' as const, at: NOW - 20_000 }

  test('counts on by the agent’s clock from what was told, and ends', () => {
    const { seen } = told([attempt])
    expect(cooldownLeftMs(seen.reading, NOW)).toBe(40_000)
    expect(cooldownLeftMs(seen.reading, NOW + 39_000)).toBe(1000)
    expect(cooldownLeftMs(seen.reading, NOW + 41_000)).toBe(0)
    const plain = { source: 'manual', override: null } as const
    expect(decideSeen(seen, plain)).toMatchObject({
      reason: 'cooldown_override_required',
      retryAfterMs: 40_000,
    })
    expect(decideSeen({ ...seen, now: NOW + 41_000 }, plain)).toMatchObject({ decision: 'allowed' })
  })

  test('is never longer than told, where the page’s idea of the clock runs behind', () => {
    const { seen } = told([attempt])
    expect(cooldownLeftMs(seen.reading, NOW - 5000)).toBe(40_000)
  })
})

test('a health answer that cannot be read closes no gate', () => {
  const { seen } = told([])
  const request = { source: 'automatic' } as const
  expect(decideSeen({ ...seen, health: null }, request)).toMatchObject({ decision: 'allowed' })
})
