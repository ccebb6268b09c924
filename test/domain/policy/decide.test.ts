/**
 * The promised decision table, row by row, for both sources. Each case sets one condition, or the pair whose
 * order matters; everything else is quiet.
 */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { POLICY_PRESETS, type PolicyConfig } from '#domain/policy/config.ts'
import {
  decideRestart,
  policyState,
  PERMISSIONS,
  REFUSALS,
  type Decision,
  type PolicyInput,
  type PolicySignals,
  type RestartRequest,
} from '#domain/policy/decide.ts'
import type { Restart } from '#domain/policy/restarts.ts'
import { CIRCUIT_STATES, POLICY_STATES } from '#domain/schemas/health.ts'

const now = 1_770_000_000_000
const QUIET: PolicySignals = {
  circuit: 'CLOSED',
  databaseReachable: true,
  guardLatched: false,
  guardReleasedAt: null,
  paused: false,
  restartInProgress: false,
}
const automatic: RestartRequest = { source: 'automatic' }
const manual: RestartRequest = { source: 'manual', override: null }
const override = (acknowledged: boolean, reason: string): RestartRequest => ({
  source: 'manual',
  override: { acknowledged, reason },
})
const complete = override(true, 'disk swapped')
const attempts = (...agesS: number[]): Restart[] =>
  agesS.map((age) => ({ kind: 'attempt', at: now - age * 1000 }))
const externals = (...agesS: number[]): Restart[] =>
  agesS.map((age) => ({ kind: 'external', at: now - age * 1000 }))

interface Circumstances {
  signals?: Partial<PolicySignals>
  restarts?: Restart[]
  config?: Partial<PolicyConfig>
}

function decide(request: RestartRequest, { signals, restarts = [], config }: Circumstances = {}): Decision {
  return decideRestart({
    config: { ...POLICY_PRESETS, ...config },
    restarts,
    signals: { ...QUIET, ...signals },
    request,
    now,
  })
}

function said(decision: Decision): string {
  const warnings = decision.warnings.map((warning) => ` !${warning}`).join('')
  return `${decision.decision} ${decision.reason}${warnings}`
}

interface Row extends Circumstances {
  title: string
  automatic: string
  manual: string
  state: string
}

const ALLOWED_AUTO = 'allowed policy_allows_auto_restart'
const ALLOWED_MANUAL = 'allowed policy_allows_manual_restart'
const GUARDED = { automatic: 'blocked guarded_mode_blocked', manual: 'blocked manual_override_required' }
const COOLING = { automatic: 'blocked cooldown_active', manual: 'blocked cooldown_override_required' }
const ALLOWED = { automatic: ALLOWED_AUTO, manual: ALLOWED_MANUAL, state: 'allowed' }

const ROWS: Row[] = [
  {
    title: 'WD10 row 1: a restart in progress refuses both',
    signals: { restartInProgress: true },
    automatic: 'blocked restart_in_progress',
    manual: 'blocked restart_in_progress',
    state: 'restarting',
  },
  {
    title: 'WD13 row 4: a pause stops the machine and warns a person',
    signals: { paused: true },
    automatic: 'blocked maintenance_paused',
    manual: `${ALLOWED_MANUAL} !maintenance_paused`,
    state: 'paused',
  },
  { title: 'WD4 row 5: a latched guard', signals: { guardLatched: true }, ...GUARDED, state: 'guarded' },
  {
    title: 'WD4 row 5: churn at the threshold',
    restarts: [...attempts(600), ...externals(70, 80)],
    ...GUARDED,
    state: 'guarded',
  },
  {
    title: 'WD15 row 5: churn by external restarts alone',
    restarts: externals(1, 2, 3),
    ...GUARDED,
    state: 'guarded',
  },
  { title: 'WD4 below the threshold nothing is guarded', restarts: externals(1, 2), ...ALLOWED },
  { title: 'WD4 beyond the window churn is over', restarts: externals(1, 2, 600.001), ...ALLOWED },
  {
    title: 'WD4 with guarded mode off external churn does not refuse',
    restarts: externals(1, 2, 3, 4),
    config: { guardedMode: false },
    ...ALLOWED,
  },
  {
    title: 'WD4 with guarded mode off the budget still refuses, in the words of the guard',
    restarts: attempts(100, 200, 300),
    config: { guardedMode: false },
    ...GUARDED,
    state: 'guarded',
  },
  {
    title: 'WD4 the budget refuses below the churn threshold',
    restarts: attempts(100, 200, 600),
    config: { churnThreshold: 9 },
    ...GUARDED,
    state: 'guarded',
  },
  {
    title: 'WD4 an attempt that left the window gives its budget back',
    restarts: attempts(100, 200, 600.001),
    ...ALLOWED,
  },
  {
    title: 'WD4 a release forgives what happened at or before it',
    restarts: [...attempts(100, 200), ...externals(90)],
    signals: { guardReleasedAt: now - 90_000 },
    ...ALLOWED,
  },
  {
    title: 'WD4 a release does not forgive the cooldown',
    restarts: attempts(20, 100, 200),
    signals: { guardReleasedAt: now - 10_000 },
    ...COOLING,
    state: 'cooldown',
  },
  ...(['OPEN', 'HALF_OPEN'] as const).map((circuit) => ({
    title: `WD5 row 6: a circuit that is ${circuit}`,
    signals: { circuit },
    automatic: 'blocked circuit_open',
    manual: `${ALLOWED_MANUAL} !circuit_open`,
    state: 'circuit_gated',
  })),
  {
    title: 'WD5 row 6: an unreachable database',
    signals: { databaseReachable: false },
    automatic: 'blocked circuit_open',
    manual: `${ALLOWED_MANUAL} !circuit_open`,
    state: 'circuit_gated',
  },
  {
    title: 'WD4 row 7: a millisecond before the end of the cooldown',
    restarts: attempts(59.999),
    ...COOLING,
    state: 'cooldown',
  },
  { title: 'WD11 row 7: an attempt in the future', restarts: attempts(-500), ...COOLING, state: 'cooldown' },
  { title: 'WD4 row 8: exactly at the cooldown', restarts: attempts(60), ...ALLOWED },
  { title: 'WD1 row 8: nothing happened', ...ALLOWED },
]

describe('the promised table', () => {
  test.each(ROWS)('$title', ({ automatic: machine, manual: person, state, ...circumstances }) => {
    expect(said(decide(automatic, circumstances))).toBe(machine)
    expect(said(decide(manual, circumstances))).toBe(person)
    expect(decide(automatic, circumstances).state).toBe(state)
    expect(decide(manual, circumstances).state).toBe(state)
  })
})

const EVERYTHING: Circumstances = {
  signals: { paused: true, guardLatched: true, circuit: 'OPEN', databaseReachable: false },
  restarts: attempts(1, 2, 3),
}

test.each([
  ['nothing in its way', {}],
  ['everything in its way', EVERYTHING],
  ['attempts beyond the budget', { restarts: attempts(0, 1, 2, 3, 4) }],
])('WD12 row 2: a complete override passes with %s', (_title, circumstances: Circumstances) => {
  const decision = decide(complete, circumstances)
  expect(decision).toMatchObject({ decision: 'manual_override', reason: 'operator_override_acknowledged' })
})

test.each([
  [override(false, 'x'), ['override_acknowledgement_required']],
  [override(true, ''), ['override_reason_required']],
  [override(true, ' \t\n '), ['override_reason_required']],
  [override(false, ' '), ['override_acknowledgement_required', 'override_reason_required']],
])('WD12 row 3: an incomplete override is refused, though it was not needed: %j', (request, reasons) => {
  expect(decide(request)).toMatchObject({ decision: 'blocked', reasons, requiresAcknowledgement: true })
})

test('WD12 a restart in progress is never passed, and what the override passes is not held against it', () => {
  const restarting = { ...EVERYTHING, signals: { ...EVERYTHING.signals, restartInProgress: true } }
  expect(decide(complete, restarting)).toMatchObject({
    decision: 'blocked',
    reasons: ['restart_in_progress'],
    requiresAcknowledgement: false,
  })
})

test('WD1 all that refuse are listed, in the order of the gates', () => {
  const circumstances = { ...EVERYTHING, signals: { ...EVERYTHING.signals, restartInProgress: true } }
  expect(decide(automatic, circumstances)).toMatchObject({
    reasons: [
      'restart_in_progress',
      'maintenance_paused',
      'guarded_mode_blocked',
      'circuit_open',
      'cooldown_active',
    ],
  })
  expect(decide(override(false, ''), circumstances)).toMatchObject({
    reasons: [
      'restart_in_progress',
      'override_acknowledgement_required',
      'override_reason_required',
      'manual_override_required',
      'cooldown_override_required',
    ],
    warnings: ['maintenance_paused', 'circuit_open'],
  })
})

test.each([
  ['a cooldown says how long', { restarts: attempts(20.5) }, 39_500],
  ['a guard does not', { restarts: attempts(1, 2, 3) }, null],
  ['a pause does not', { signals: { paused: true }, restarts: attempts(1) }, null],
  ['a circuit does not', { signals: { circuit: 'OPEN' as const }, restarts: attempts(1) }, null],
])('WD1 when to ask again: %s', (_title, circumstances: Circumstances, retryAfterMs) => {
  expect(decide(automatic, circumstances)).toMatchObject({ retryAfterMs })
})

const signals = fc.record({
  circuit: fc.constantFrom(...CIRCUIT_STATES),
  databaseReachable: fc.boolean(),
  guardLatched: fc.boolean(),
  guardReleasedAt: fc.option(fc.integer({ min: now - 900_000, max: now + 1000 })),
  paused: fc.boolean(),
  restartInProgress: fc.boolean(),
})
const request: fc.Arbitrary<RestartRequest> = fc.oneof(
  fc.constant(automatic),
  fc.record({
    source: fc.constant('manual' as const),
    override: fc.option(fc.record({ acknowledged: fc.boolean(), reason: fc.constantFrom('', ' ', 'why') })),
  }),
)
const restart = fc.record({
  kind: fc.constantFrom('attempt' as const, 'external' as const),
  at: fc.integer({ min: now - 700_000, max: now + 100_000 }),
})
const config = fc.record({
  cooldownMs: fc.integer({ min: 0, max: 900_000 }),
  retryBudget: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.integer({ min: 30_000, max: 900_000 }),
  churnThreshold: fc.integer({ min: 1, max: 5 }),
  guardedMode: fc.boolean(),
  guardRelease: fc.constantFrom('manual' as const, 'window' as const),
})
const input: fc.Arbitrary<PolicyInput> = fc.record({
  config,
  restarts: fc.array(restart, { maxLength: 8 }),
  signals,
  request,
  now: fc.constant(now),
})

test('WD1 total: every input has one named answer, and every refusal its reasons in one order', () => {
  fc.assert(
    fc.property(input, (given) => {
      const decision = decideRestart(given)
      expect(POLICY_STATES).toContain(decision.state)
      if (decision.decision !== 'blocked') {
        expect(PERMISSIONS).toContain(decision.reason)
        expect(given.signals.restartInProgress).toBe(false)
        return
      }
      expect(decision.reasons[0]).toBe(decision.reason)
      const places = decision.reasons.map((reason) => REFUSALS.indexOf(reason))
      expect(places).toEqual([...new Set(places)].toSorted((one, other) => one - other))
    }),
  )
})

test('WD1 an automatic restart goes ahead exactly where the state shown is "allowed"', () => {
  fc.assert(
    fc.property(input, (given) => {
      const decision = decideRestart({ ...given, request: automatic })
      expect(decision.decision === 'allowed').toBe(policyState(given).state === 'allowed')
    }),
  )
})

test('WD12 whatever the machine may do, a person may do too', () => {
  fc.assert(
    fc.property(input, (given) => {
      if (decideRestart({ ...given, request: automatic }).decision !== 'allowed') return
      expect(decideRestart({ ...given, request: manual }).decision).toBe('allowed')
    }),
  )
})

test('WD3 one more attempt never opens what was closed', () => {
  fc.assert(
    fc.property(input, restart, (given, another) => {
      const before = decideRestart(given)
      const after = decideRestart({ ...given, restarts: [...given.restarts, another] })
      if (before.decision === 'blocked') expect(after.decision).toBe('blocked')
    }),
  )
})

describe('RC5 a manual restart that would put drift from the contract into force', () => {
  const drifting = (request: RestartRequest, drift: 'refuses' | 'warns' = 'refuses'): RestartRequest =>
    request.source === 'manual' ? { ...request, drift } : request

  test('is refused, after whatever else refuses it', () => {
    expect(decide(drifting(manual))).toMatchObject({
      reason: 'contract_drift',
      requiresAcknowledgement: true,
      retryAfterMs: null,
    })
    expect(decide(drifting(manual), { restarts: attempts(1) })).toMatchObject({
      reasons: ['cooldown_override_required', 'contract_drift'],
    })
  })

  test('passes with a complete override, and with no other', () => {
    expect(said(decide(drifting(complete)))).toBe('manual_override operator_override_acknowledged')
    expect(decide(drifting(override(true, ' ')))).toMatchObject({
      reasons: ['override_reason_required', 'contract_drift'],
    })
  })

  test('is only warned of where the contract is not enforced', () => {
    expect(said(decide(drifting(manual, 'warns')))).toBe(`${ALLOWED_MANUAL} !contract_drift`)
  })
})
