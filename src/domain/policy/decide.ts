/**
 * The one decision (WD1): may this restart happen now, and if not, why not. The browser asks it before a
 * click, the watchdog before a signal, with the same input and so with the same answer.
 *
 * Gates stand in one order; the first that refuses gives the reason, all that refuse are listed. An
 * operator's complete override passes every gate but a restart in progress (WD12); identity and preflight
 * are not the policy's and are verified later.
 */
import type { AppliedDrift } from '../contract/restart-drift.ts'
import type { CircuitState, PolicyState } from '../schemas/health.ts'
import type { DurationMs, EpochMs } from '../time.ts'
import type { PolicyConfig } from './config.ts'
import { countRestarts, type Restart, type RestartCounts } from './restarts.ts'

export interface PolicySignals {
  readonly circuit: CircuitState
  readonly databaseReachable: boolean
  readonly guardLatched: boolean
  readonly guardReleasedAt: EpochMs | null
  readonly paused: boolean
  readonly restartInProgress: boolean
}

export type RestartRequest =
  | { readonly source: 'automatic' }
  | {
      readonly source: 'manual'
      readonly override: OverrideRequest | null
      /** It would put into force what differs from the runtime contract (RC5); left out: it would not. */
      readonly drift?: AppliedDrift
    }

/** What an operator sent with `manual_override`; only a complete one counts. */
export interface OverrideRequest {
  readonly acknowledged: boolean
  readonly reason: string
}

export interface PolicyInput {
  readonly config: PolicyConfig
  readonly restarts: readonly Restart[]
  readonly signals: PolicySignals
  readonly request: RestartRequest
  readonly now: EpochMs
}

export const REFUSALS = [
  'restart_in_progress',
  'override_acknowledgement_required',
  'override_reason_required',
  'maintenance_paused',
  'guarded_mode_blocked',
  'manual_override_required',
  'circuit_open',
  'cooldown_active',
  'cooldown_override_required',
  'contract_drift',
] as const
export type RefusalReason = (typeof REFUSALS)[number]

export const PERMISSIONS = [
  'operator_override_acknowledged',
  'policy_allows_auto_restart',
  'policy_allows_manual_restart',
] as const
export type PermissionReason = (typeof PERMISSIONS)[number]

/** Told with a manual restart that goes ahead all the same. */
export type PolicyWarning = 'maintenance_paused' | 'circuit_open' | 'contract_drift'

interface Situation extends RestartCounts {
  readonly state: PolicyState
  readonly guarded: boolean
  readonly warnings: readonly PolicyWarning[]
}

export type Decision = Situation &
  (
    | { readonly decision: 'allowed' | 'manual_override'; readonly reason: PermissionReason }
    | {
        readonly decision: 'blocked'
        readonly reason: RefusalReason
        readonly reasons: readonly [RefusalReason, ...RefusalReason[]]
        /** Only for a cooldown: what waits for anything else cannot be timed. */
        readonly retryAfterMs: DurationMs | null
        readonly requiresAcknowledgement: boolean
      }
  )

export function decideRestart(input: PolicyInput): Decision {
  const situation = assess(input)
  const { request, signals } = input
  const overridden = request.source === 'manual' && isComplete(request.override)
  // What an override passes does not refuse, so it is not listed beside what does.
  const refused = overridden ? [] : refusals(input, situation)
  if (signals.restartInProgress) return blocked(situation, ['restart_in_progress', ...refused])
  if (overridden) {
    return { ...situation, decision: 'manual_override', reason: 'operator_override_acknowledged' }
  }
  const [first, ...others] = refused
  if (first !== undefined) return blocked(situation, [first, ...others])
  const reason =
    request.source === 'automatic' ? 'policy_allows_auto_restart' : 'policy_allows_manual_restart'
  return { ...situation, decision: 'allowed', reason }
}

/** The state that a person is shown: the same whoever asks, since it depends on no request. */
export function policyState(input: Omit<PolicyInput, 'request'>): Situation {
  return assess({ ...input, request: { source: 'automatic' } })
}

/** Churn at the threshold latches the guard, where guarded mode is on (WD4). */
export function latchesGuard(config: PolicyConfig, { churn }: RestartCounts): boolean {
  return config.guardedMode && churn >= config.churnThreshold
}

function assess({ config, restarts, signals, request, now }: PolicyInput): Situation {
  const counts = countRestarts({ config, restarts, guardReleasedAt: signals.guardReleasedAt, now })
  const guarded =
    signals.guardLatched || latchesGuard(config, counts) || counts.attemptsInWindow >= config.retryBudget
  return {
    ...counts,
    guarded,
    state: stateOf(signals, guarded, counts),
    warnings: request.source === 'manual' ? warningsOf(signals, request.drift) : [],
  }
}

function stateOf(
  signals: PolicySignals,
  guarded: boolean,
  { cooldownRemainingMs }: RestartCounts,
): PolicyState {
  if (signals.restartInProgress) return 'restarting'
  if (signals.paused) return 'paused'
  if (guarded) return 'guarded'
  if (isGated(signals)) return 'circuit_gated'
  return cooldownRemainingMs > 0 ? 'cooldown' : 'allowed'
}

/** Every gate that says no, in order. A restart in progress is not among them: nothing passes it. */
function refusals(
  { request, signals }: PolicyInput,
  { guarded, cooldownRemainingMs }: Situation,
): RefusalReason[] {
  const cooling = cooldownRemainingMs > 0
  if (request.source === 'automatic') {
    return [
      ...when(signals.paused, 'maintenance_paused'),
      ...when(guarded, 'guarded_mode_blocked'),
      ...when(isGated(signals), 'circuit_open'),
      ...when(cooling, 'cooldown_active'),
    ]
  }
  const { override } = request
  return [
    ...when(override !== null && !override.acknowledged, 'override_acknowledgement_required'),
    ...when(override !== null && override.reason.trim() === '', 'override_reason_required'),
    ...when(guarded, 'manual_override_required'),
    ...when(cooling, 'cooldown_override_required'),
    ...when(request.drift === 'refuses', 'contract_drift'),
  ]
}

function when(condition: boolean, reason: RefusalReason): RefusalReason[] {
  return condition ? [reason] : []
}

/** A restart cannot mend a dead dependency; half-open is still waiting for proof (WD5). */
function isGated({ circuit, databaseReachable }: PolicySignals): boolean {
  return circuit !== 'CLOSED' || !databaseReachable
}

function warningsOf(signals: PolicySignals, drift: AppliedDrift | undefined): PolicyWarning[] {
  return [
    ...(signals.paused ? (['maintenance_paused'] as const) : []),
    ...(isGated(signals) ? (['circuit_open'] as const) : []),
    ...(drift === 'warns' ? (['contract_drift'] as const) : []),
  ]
}

function isComplete(override: OverrideRequest | null): boolean {
  return override !== null && override.acknowledged && override.reason.trim() !== ''
}

const OVERRIDABLE: ReadonlySet<RefusalReason> = new Set([
  'override_acknowledgement_required',
  'override_reason_required',
  'manual_override_required',
  'cooldown_override_required',
  'contract_drift',
])
const COOLDOWNS: ReadonlySet<RefusalReason> = new Set(['cooldown_active', 'cooldown_override_required'])

function blocked(situation: Situation, reasons: readonly [RefusalReason, ...RefusalReason[]]): Decision {
  const [reason] = reasons
  return {
    ...situation,
    decision: 'blocked',
    reason,
    reasons,
    retryAfterMs: COOLDOWNS.has(reason) ? situation.cooldownRemainingMs : null,
    requiresAcknowledgement: OVERRIDABLE.has(reason),
  }
}
