/** Puts together what `/health` says, at most as often as the target is looked at (OB5). */
import type { ConfigValues } from '#domain/config/fields.ts'
import { composeHealth } from '#domain/health/compose.ts'
import { emptyState, type JournalState } from '#domain/journal/fold.ts'
import { policyConfigOf } from '#domain/policy/config.ts'
import { policyState } from '#domain/policy/decide.ts'
import { policyInputOf } from '#domain/policy/from-history.ts'
import type { Health } from '#domain/schemas/health.ts'
import type { RuntimeContract } from '#domain/schemas/runtime-contract.ts'
import type { TargetProbe } from '#agent/intake/target-probe.ts'
import type { EpochMs } from '#domain/time.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { HistoryWatch } from './history-watch.ts'

interface HealthReaderParts {
  values: ConfigValues
  contract: RuntimeContract
  /** False where the contract and this process's environment disagree, and that is only warned of. */
  contractValid: boolean
  probe: TargetProbe
  history: HistoryWatch
  /** Which boot this is: times of another one are compared by the wall clock alone. */
  boot: string
  clock: Clock
}

export function healthReader({
  values,
  contract,
  contractValid,
  probe,
  history,
  boot,
  clock,
}: HealthReaderParts): () => Health {
  const config = policyConfigOf(values)
  return () => {
    const now = { wall: clock.wallNow(), monotonic: clock.monotonicNow(), boot }
    const { outcome, since } = probe.latest()
    const read = history.latest()
    const known = read ?? emptyState
    const input = policyInputOf({ config, history: known, outcome, now })
    // Unreadable is guarded: the watchdog restarts nothing either then (WD11).
    const signals = read === null ? { ...input.signals, guardLatched: true } : input.signals
    return composeHealth({
      outcome,
      since,
      policy: {
        config,
        situation: policyState({ ...input, signals }),
        lastCompletedAt: lastCompletedAt(known),
        unhelpfulRestarts: known.unhelpfulInARow,
      },
      pool: { warning: values['pool.warning'], critical: values['pool.critical'] },
      contract: { version: contract.version, valid: contractValid },
      now: now.wall,
    })
  }
}

function lastCompletedAt({ history }: JournalState): EpochMs | null {
  const last = history.findLast((item) => item.kind === 'attempt' && item.outcome !== null)
  return last?.kind === 'attempt' ? (last.outcome?.at.wall ?? null) : null
}
