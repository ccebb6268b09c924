/**
 * What really happened, told step by step to the checkers. A fact is what an all-seeing bystander could swear to:
 * which process got which signal, which row is durable, what a port answered to whom.
 */
import type { JournalRow, MasterIdentity } from '#domain/journal/events.ts'
import type { PolicyState } from '#domain/schemas/health.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { PreflightAnswer } from '#agent/ports/preflight.ts'
import type { ServiceLook } from '#agent/ports/service-manager.ts'
import type { MasterSighting, MasterSignal } from '#agent/ports/target-processes.ts'
import type { FlagFile } from './world-flags.ts'
import type { Process } from './world-processes.ts'

/** Which watchdog process: each start has a number of its own. */
export type WatchdogId = number

export type Fact =
  | RowFact
  | SignalFact
  | { readonly kind: 'status'; readonly by: WatchdogId; readonly state: PolicyState }
  | { readonly kind: 'history'; readonly by: WatchdogId; readonly content: string }
  | { readonly kind: 'probed'; readonly by: WatchdogId; readonly outcome: SeenOutcome }
  /** Whom it names; null: nobody. */
  | { readonly kind: 'pid_file_read'; readonly by: WatchdogId; readonly pid: number | null }
  | { readonly kind: 'sighted'; readonly by: WatchdogId; readonly master: MasterSighting | null }
  | { readonly kind: 'service_looked'; readonly by: WatchdogId; readonly look: ServiceLook }
  | {
      readonly kind: 'preflighted'
      readonly by: WatchdogId
      readonly master: MasterIdentity
      readonly answer: PreflightAnswer
    }
  | {
      readonly kind: 'claimed'
      readonly by: WatchdogId
      readonly claim: string
      readonly flag: FlagFile
      /** By the wall clock, as the watchdog that got it reads it. */
      readonly ageMs: number
    }
  | { readonly kind: 'claim_removed'; readonly by: WatchdogId; readonly claim: string }
  | { readonly kind: 'started'; readonly by: WatchdogId }
  /** A look is over: the watchdog waits for the next. */
  | { readonly kind: 'rested'; readonly by: WatchdogId }
  /** A port failed on purpose: what it was asked for was not done. */
  | { readonly kind: 'port_failed'; readonly by: WatchdogId; readonly port: string }
  | { readonly kind: 'killed'; readonly by: WatchdogId }
  | { readonly kind: 'ended'; readonly by: WatchdogId; readonly error: unknown }
  | { readonly kind: 'suspended' }
  | { readonly kind: 'wall_clock_set'; readonly byMs: number }
  | { readonly kind: 'rebooted' }

export interface RowFact {
  readonly kind: 'row'
  readonly journal: 'watchdog' | 'operators'
  readonly row: JournalRow
  /** True time at which it was asked to be written: the moment that its own time tells of. */
  readonly askedAt: number
  readonly by: WatchdogId
}

export interface SignalFact {
  readonly kind: 'signalled'
  readonly by: WatchdogId
  readonly signal: MasterSignal | 'restart of the service'
  /** As the watchdog named it. */
  readonly named: MasterIdentity
  /** Who got it. */
  readonly process: Process
  /** It came before the receiver had its handlers, and ended it. */
  readonly isTooEarly: boolean
  /** How long ago the pid file named it last. */
  readonly unnamedForMs: number
}
