/** What may be decided at all. */
import { DECIDE } from './places.ts'
import type { Mutation } from './mutation.ts'

export const DECISION_GUARDS: readonly Mutation[] = [
  { guard: 'gate: paused', file: DECIDE, from: "...when(signals.paused, 'maintenance_paused'),", to: '' },
  {
    guard: 'gate: guarded, automatic',
    file: DECIDE,
    from: "...when(guarded, 'guarded_mode_blocked'),",
    to: '',
  },
  {
    guard: 'gate: guarded, manual',
    file: DECIDE,
    from: "...when(guarded, 'manual_override_required'),",
    to: '',
  },
  {
    guard: 'gate: circuit',
    file: DECIDE,
    from: "...when(isGated(signals), 'circuit_open'),\n      ...when(cooling",
    to: '...when(cooling',
  },
  {
    guard: 'gate: half-open circuit',
    file: DECIDE,
    from: "circuit !== 'CLOSED' ||",
    to: "circuit === 'OPEN' ||",
  },
  {
    guard: 'gate: database',
    file: DECIDE,
    from: "circuit !== 'CLOSED' || !databaseReachable",
    to: "circuit !== 'CLOSED' || databaseReachable === null",
  },
  { guard: 'gate: cooldown, automatic', file: DECIDE, from: "...when(cooling, 'cooldown_active'),", to: '' },
  {
    guard: 'gate: cooldown, manual',
    file: DECIDE,
    from: "...when(cooling, 'cooldown_override_required'),",
    to: '',
  },
  {
    guard: 'override: acknowledged',
    file: DECIDE,
    from: 'override !== null && override.acknowledged && override',
    to: 'override !== null && override',
  },
  {
    guard: 'override: reason',
    file: DECIDE,
    from: "override.acknowledged && override.reason.trim() !== ''",
    to: 'override.acknowledged',
  },
  {
    guard: 'budget',
    file: DECIDE,
    from: 'counts.attemptsInWindow >= config.retryBudget',
    to: 'counts.attemptsInWindow > 1e9',
  },
  {
    guard: 'churn latches',
    file: DECIDE,
    from: 'config.guardedMode && churn >= config.churnThreshold',
    to: 'config.guardedMode && churn > 1e9',
  },
  {
    guard: 'gate: restart in progress',
    file: DECIDE,
    from: "if (signals.restartInProgress) return blocked(situation, ['restart_in_progress', ...refused])",
    to: '',
    equivalent: 'one process waits for its own attempt, and the lock keeps a second one away',
  },
  {
    guard: 'gate: the durable latch',
    file: DECIDE,
    from: 'signals.guardLatched || latchesGuard(config, counts)',
    to: 'latchesGuard(config, counts)',
  },
  {
    guard: 'a release hurries nothing',
    file: 'src/domain/policy/restarts.ts',
    from: 'if (isAttempt && (lastAttemptAt',
    to: 'if (isAttempt && released !== true && (lastAttemptAt',
  },
]
