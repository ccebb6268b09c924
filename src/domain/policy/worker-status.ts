/** The state of the watchdog's policy for an operator (OB4), the same from the agent and from the files alone. */
import { lastRestartLine, restartLines } from '../journal/restart-lines.ts'
import { activePause, isGuardLatched } from '../journal/questions.ts'
import type { EventTime } from '../journal/events.ts'
import type { Health } from '../schemas/health.ts'
import type { WorkerStatus } from '../schemas/worker-api.ts'
import { isoText } from '../time.ts'
import { policyVersion } from './state-version.ts'
import type { PolicyView } from './view.ts'

interface StatusInput {
  readonly view: PolicyView
  readonly historyReadable: boolean
  readonly health: Health
  readonly watchdog: WorkerStatus['watchdog']
  readonly contract: WorkerStatus['contract']
  readonly now: EventTime
}

export function workerStatusOf(input: StatusInput): WorkerStatus {
  const { view, historyReadable, health, watchdog, contract, now } = input
  const { history, situation } = view
  const { config } = view.input
  const { resilience } = health
  const { latchedAt, releasedAt } = history.guard
  return {
    version: policyVersion(situation, history),
    history_readable: historyReadable,
    policy_state: resilience.policy_state,
    restart_churn: resilience.restart_churn,
    recovery_recommendation: resilience.recovery_recommendation,
    cooldown: {
      active: resilience.policy_state.cooldown,
      remaining_seconds: resilience.policy_state.cooldown_remaining_seconds,
    },
    guard: {
      latched: !historyReadable || isGuardLatched(history, config, now),
      latched_at: instantOf(latchedAt),
      released_at: instantOf(releasedAt),
    },
    pause: pauseOf(input),
    watchdog,
    unhelpful_restarts: history.unhelpfulInARow,
    last_restart: lastRestartLine(history),
    restart_history: restartLines(history, { windowMs: config.windowMs, now }),
    contract,
  }
}

function pauseOf({ view: { history }, now }: StatusInput): WorkerStatus['pause'] {
  const pause = activePause(history, now)
  if (pause === null) return null
  const { by, reason, at, until } = pause
  return { by, reason, since: isoText(at.wall), until: until === null ? null : isoText(until) }
}

function instantOf(at: EventTime | null): string | null {
  return at === null ? null : isoText(at.wall)
}
