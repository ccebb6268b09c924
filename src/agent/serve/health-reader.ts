/** Puts together what `/health` says, at most as often as the target is looked at (OB5). */
import type { ConfigValues } from '#domain/config/fields.ts'
import { composeHealth, databaseReachable } from '#domain/health/compose.ts'
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { policyState, type PolicySignals } from '#domain/policy/decide.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { TargetProbe } from '#agent/intake/target-probe.ts'
import type { Clock } from '#agent/ports/clock.ts'

interface HealthReaderParts {
  values: ConfigValues
  contract: RuntimeContract
  /** False where the contract and this process's environment disagree, and that is only warned of. */
  contractValid: boolean
  probe: TargetProbe
  clock: Clock
}

export function healthReader({
  values,
  contract,
  contractValid,
  probe,
  clock,
}: HealthReaderParts): () => Health {
  const config = policyConfigOf(values)
  return () => {
    const now = clock.wallNow()
    const { outcome, since } = probe.latest()
    return composeHealth({
      outcome,
      since,
      // No watchdog writes a history yet, so there is none: the policy speaks of a service never restarted.
      policy: {
        config,
        situation: policyState({ config, restarts: [], signals: signalsOf(outcome), now }),
        lastCompletedAt: null,
        unhelpfulRestarts: 0,
      },
      pool: { warning: values['pool.warning'], critical: values['pool.critical'] },
      contract: { version: contract.version, valid: contractValid },
      now,
    })
  }
}

/** What the target does not say is taken as good: a gate needs a reason to close (WD5). */
function signalsOf(outcome: ProbeOutcome): PolicySignals {
  const told = outcome.kind === 'answered' ? outcome.health : null
  return {
    circuit: told?.circuit_breaker?.state ?? 'CLOSED',
    databaseReachable: databaseReachable(told) ?? true,
    guardLatched: false,
    guardReleasedAt: null,
    paused: false,
    restartInProgress: false,
  }
}
