/**
 * `policy explain`: the decision that the watchdog would take, from documents alone, without doing anything.
 * It asks the same `decideRestart`; here are only the promised names, in seconds, and what is wrong with a
 * document that cannot be read.
 */
import { foundText, readJsonText, type Finding, type Reading } from '../schemas/findings.ts'
import type { PolicyState } from '../schemas/health.ts'
import { policySignals, unknownSignals, type PolicySignalsDocument } from '../schemas/policy-signals.ts'
import { readRestartFlag } from '../schemas/restart-flag.ts'
import { historyKind, historyTime, stateFile, type HistoryEntry } from '../schemas/state-file.ts'
import { parseTime, TIME_EXPECTED, type LocalOffset } from '../time-text.ts'
import type { EpochMs } from '../time.ts'
import { policySettingsOf, type PolicyConfig, type PolicySettings } from './config.ts'
import {
  decideRestart,
  type Decision,
  type PermissionReason,
  type PolicySignals,
  type PolicyWarning,
  type RefusalReason,
  type RestartRequest,
} from './decide.ts'
import { restartRequestOf } from './flag-request.ts'
import { wholeSeconds } from './policy-blocks.ts'
import type { Restart } from './restarts.ts'

export interface ExplainInput {
  readonly config: PolicyConfig
  /** Contents of the files, as they are. */
  readonly history: string
  /** null: an automatic restart is explained. */
  readonly request: string | null
  readonly signals: string | null
  /** As typed; null: now. */
  readonly at: string | null
  readonly now: EpochMs
  readonly localOffset: LocalOffset
}

export interface PolicyExplanation {
  readonly allowed: boolean
  readonly decision: Decision['decision']
  readonly reason: RefusalReason | PermissionReason
  /** All that apply, in the order of the gates. */
  readonly reasons: readonly (RefusalReason | PermissionReason)[]
  readonly warnings: readonly PolicyWarning[]
  readonly state: PolicyState
  readonly requires_acknowledgement: boolean
  readonly retry_after_seconds: number | null
  readonly attempts_in_window: number
  readonly retry_budget: number
  readonly churn_threshold: number
  readonly window_seconds: number
  readonly cooldown_remaining_seconds: number
  readonly thresholds: Thresholds
}

export interface Thresholds extends PolicySettings {
  readonly churn_in_window: number
}

export type ExplainPart = 'history' | 'request' | 'signals' | 'at'

export type ExplainAnswer =
  | {
      readonly ok: true
      readonly explanation: PolicyExplanation
      readonly source: RestartRequest['source']
      readonly at: EpochMs
      /** Signals that nobody reads, probably mistyped. */
      readonly unknownSignals: readonly string[]
    }
  | { readonly ok: false; readonly faults: readonly ExplainFault[] }

export interface ExplainFault {
  readonly part: ExplainPart
  readonly findings: readonly Finding[]
}

export function explainPolicy(input: ExplainInput): ExplainAnswer {
  const { config, localOffset } = input
  const history = readJsonText(stateFile, input.history)
  const request = readRequest(input.request)
  const signals = readSignals(input.signals)
  const at = readAt(input)
  if (!history.ok || !request.ok || !signals.ok || !at.ok) {
    return { ok: false, faults: faultsOf({ history, request, signals, at }) }
  }
  const decision = decideRestart({
    config,
    restarts: restartsOf(history.value.history ?? [], localOffset),
    signals: signalsOf(signals.value, localOffset),
    request: request.value,
    now: at.value,
  })
  return {
    ok: true,
    explanation: explanationOf(config, decision),
    source: request.value.source,
    at: at.value,
    unknownSignals: unknownSignals(signals.value),
  }
}

/** The history's attempts and external restarts; refusals and what sent no signal are neither (WD3). */
export function restartsOf(history: readonly HistoryEntry[], localOffset: LocalOffset): Restart[] {
  return history.flatMap((entry) => {
    const kind = historyKind(entry)
    const at = parseTime(historyTime(entry) ?? '', localOffset)
    return kind === 'none' || at === null ? [] : [{ kind, at }]
  })
}

export function thresholdsOf(config: PolicyConfig, { churn }: { readonly churn: number }): Thresholds {
  return { ...policySettingsOf(config), churn_in_window: churn }
}

function explanationOf(config: PolicyConfig, decision: Decision): PolicyExplanation {
  const isBlocked = decision.decision === 'blocked'
  const retryAfterMs = isBlocked ? decision.retryAfterMs : null
  return {
    allowed: !isBlocked,
    decision: decision.decision,
    reason: decision.reason,
    reasons: isBlocked ? decision.reasons : [decision.reason],
    warnings: decision.warnings,
    state: decision.state,
    requires_acknowledgement: isBlocked && decision.requiresAcknowledgement,
    retry_after_seconds: retryAfterMs === null ? null : wholeSeconds(retryAfterMs),
    attempts_in_window: decision.attemptsInWindow,
    retry_budget: config.retryBudget,
    churn_threshold: config.churnThreshold,
    window_seconds: config.windowMs / 1000,
    cooldown_remaining_seconds: wholeSeconds(decision.cooldownRemainingMs),
    thresholds: thresholdsOf(config, decision),
  }
}

function readRequest(content: string | null): Reading<RestartRequest> {
  if (content === null) return { ok: true, value: { source: 'automatic' } }
  const flag = readRestartFlag(content)
  return flag.ok ? { ok: true, value: restartRequestOf(flag.value) } : flag
}

function readSignals(content: string | null): Reading<PolicySignalsDocument> {
  return content === null ? { ok: true, value: {} } : readJsonText(policySignals, content)
}

function readAt({ at, now, localOffset }: ExplainInput): Reading<EpochMs> {
  if (at === null) return { ok: true, value: now }
  const value = parseTime(at, localOffset)
  if (value !== null) return { ok: true, value }
  return { ok: false, findings: [{ path: 'the time', expected: TIME_EXPECTED, found: foundText(at) }] }
}

function signalsOf(document: PolicySignalsDocument, localOffset: LocalOffset): PolicySignals {
  return {
    circuit: document.circuit_state ?? 'CLOSED',
    databaseReachable: document.database_reachable ?? true,
    guardLatched: document.guard_latched ?? false,
    guardReleasedAt: parseTime(document.guard_released_at ?? '', localOffset),
    paused: document.paused ?? false,
    restartInProgress: document.restart_in_progress ?? false,
  }
}

function faultsOf(readings: Readonly<Record<ExplainPart, Reading<unknown>>>): ExplainFault[] {
  return (Object.entries(readings) as [ExplainPart, Reading<unknown>][]).flatMap(([part, reading]) =>
    reading.ok ? [] : [{ part, findings: reading.findings }],
  )
}
