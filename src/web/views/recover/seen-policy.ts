/**
 * The policy's own decision, asked before the click (WD1). The agent tells counts and what is left of the cooldown
 * rather than each restart behind them; restarts of just these counts get the same answer from the same function.
 */
import { databaseReachable } from '#domain/health/compose.ts'
import {
  decideRestart,
  type Decision,
  type PolicySignals,
  type RestartRequest,
} from '#domain/policy/decide.ts'
import type { Restart } from '#domain/policy/restarts.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { WorkerStatus } from '#domain/schemas/worker-api.ts'
import type { DurationMs, EpochMs } from '#domain/time.ts'
import type { WorkerReading } from '#web/api/agent-api.ts'

/** What of a target's health closes a gate. */
type Told = Pick<Health, 'circuit_breaker' | 'services' | 'degraded_reason'>

interface Seen {
  readonly reading: WorkerReading
  /** null: its answer cannot be read; no gate closes without a reason. */
  readonly health: Told | null
  /** On the agent's clock. */
  readonly now: EpochMs
}

export function decideSeen({ reading, health, now }: Seen, request: RestartRequest): Decision {
  const { status, agentNow: toldAt } = reading
  const { policy_state: policy } = status
  return decideRestart({
    config: {
      cooldownMs: status.cooldown.remaining_seconds * 1000,
      retryBudget: policy.retry_budget,
      windowMs: policy.window_seconds * 1000,
      churnThreshold: policy.churn_threshold,
      // Whether churn latches is settled: the agent tells of the latch itself.
      guardedMode: false,
      guardRelease: 'manual',
    },
    restarts: restartsTold(status, toldAt),
    signals: signalsOf(status, health),
    request,
    now,
  })
}

/** Counting on from what was told, by the agent's clock. */
export function cooldownLeftMs({ status, agentNow }: WorkerReading, now: EpochMs): DurationMs {
  return Math.max(0, status.cooldown.remaining_seconds * 1000 - Math.max(0, now - agentNow))
}

/** One that counts for nothing but the cooldown, which runs on after a release; then those that count. */
function restartsTold({ policy_state: policy, restart_churn: churn }: WorkerStatus, at: EpochMs): Restart[] {
  const attempts = policy.attempts_in_window
  const external = Math.max(0, churn.count - attempts)
  return [
    { kind: 'attempt', at, released: true },
    ...Array.from({ length: attempts }, () => ({ kind: 'attempt' as const, at, released: false })),
    ...Array.from({ length: external }, () => ({ kind: 'external' as const, at, released: false })),
  ]
}

function signalsOf({ guard, pause, policy_state }: WorkerStatus, health: Told | null): PolicySignals {
  return {
    circuit: health?.circuit_breaker?.state ?? 'CLOSED',
    databaseReachable: databaseReachable(health) ?? true,
    guardLatched: guard.latched || policy_state.state === 'guarded',
    guardReleasedAt: null,
    paused: pause !== null,
    restartInProgress: policy_state.state === 'restarting',
  }
}
