/**
 * What the decision is made from, out of the journals and the last look at the target: the watchdog before a
 * signal and the agent for its page ask with the same input, and so get the same answer (WD1).
 */
import { databaseReachable } from '../health/compose.ts'
import type { ProbeOutcome } from '../health/probe-outcome.ts'
import { ageMs } from '../journal/event-clock.ts'
import type { EventTime } from '../journal/events.ts'
import type { DecisionBody, JournalState } from '../journal/fold.ts'
import { activePause, isGuardLatched, isRestartInProgress, restartsFor } from '../journal/questions.ts'
import type { PolicyConfig } from './config.ts'
import type { Decision, PolicyInput, PolicySignals } from './decide.ts'
import { thresholdsOf } from './explain.ts'
import type { TriedRung } from './ladder.ts'

interface HistoryInput {
  readonly config: PolicyConfig
  readonly history: JournalState
  readonly outcome: ProbeOutcome
  readonly now: EventTime
}

export function policyInputOf(input: HistoryInput): Omit<PolicyInput, 'request'> {
  const { config, history, now } = input
  return {
    config,
    restarts: restartsFor(history, { now }),
    signals: signalsOf(input),
    now: now.wall,
  }
}

/** What the target does not say is taken as good: a gate needs a reason to close (WD5). */
function signalsOf({ config, history, outcome, now }: HistoryInput): PolicySignals {
  const told = outcome.kind === 'answered' ? outcome.health : null
  return {
    circuit: told?.circuit_breaker?.state ?? 'CLOSED',
    databaseReachable: databaseReachable(told) ?? true,
    guardLatched: isGuardLatched(history, config, now),
    guardReleasedAt: history.guard.releasedAt?.wall ?? null,
    paused: activePause(history, now) !== null,
    restartInProgress: isRestartInProgress(history),
  }
}

/** The rungs that were tried in the policy's window and have ended, released or not: they were tried (WD16). */
export function triedRungs(
  { windowMs }: Pick<PolicyConfig, 'windowMs'>,
  { clock, history }: JournalState,
  now: EventTime,
): TriedRung[] {
  return history.flatMap((item) => {
    if (item.kind !== 'attempt' || item.outcome === null || ageMs(clock, item.at, now) > windowMs) return []
    const { success, helped } = item.outcome
    return [{ rung: item.ask.rung, success, helped }]
  })
}

/** A decision as it is recorded: with everything that it was made from (AU1). */
export function decisionBodyOf(config: PolicyConfig, decision: Decision): DecisionBody {
  const { churn, attemptsInWindow, cooldownRemainingMs } = decision
  return {
    decision: decision.decision,
    reason: decision.reason,
    reasons: decision.decision === 'blocked' ? [...decision.reasons] : [decision.reason],
    warnings: [...decision.warnings],
    state: decision.state,
    thresholds: { ...thresholdsOf(config, decision) },
    attempts_in_window: attemptsInWindow,
    churn,
    cooldown_remaining_ms: cooldownRemainingMs,
  }
}
