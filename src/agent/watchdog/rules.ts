/** The settings that the watchdog works by, settled once at its start. */
import type { PolicyConfig } from '#domain/policy/config.ts'
import type { DurationMs } from '#domain/time.ts'
import type { HelpThresholds } from '#domain/watchdog/did-it-help.ts'
import type { TriggerConfig } from '#domain/watchdog/triggers.ts'

export interface MasterRules {
  /** Under one of which its executable lies: the contract's prefix. */
  readonly prefixes: readonly string[]
  /** The demonstration's own program in gunicorn's place; null elsewhere. */
  readonly standIn: string | null
  readonly uid: number
  readonly startGraceMs: DurationMs
}

export interface WatchdogRules {
  readonly version: string
  readonly contractVersion: string
  readonly policy: PolicyConfig
  readonly master: MasterRules
  readonly triggers: TriggerConfig
  readonly help: HelpThresholds
  readonly probeIntervalMs: DurationMs
  readonly requestTtlMs: DurationMs
  /** New workers and a healthy answer within this time after the signal (WD10). */
  readonly restartTimeoutMs: DurationMs
  /** After a verified restart, before it is judged whether it helped (WD14). */
  readonly judgeAfterMs: DurationMs
  /** Old deployments: a flag's own override fields count (WD7). */
  readonly trustFlags: boolean
  readonly historyLimit: number
}

const ANSWER_MS: DurationMs = 100

/** Until the next probe, and its answer: before that, a target that serves had no chance to show it (WD8b). */
export function bootPatienceMs({ probeIntervalMs }: WatchdogRules): DurationMs {
  return probeIntervalMs + ANSWER_MS
}
