/**
 * Everything that the watchdog needs of the world, as one type, so that a test can be the world: simulated
 * clock, disk and processes, and a power failure at any line. Every port is bounded in time.
 */
import type { EventTime } from '#domain/journal/events.ts'
import type { Traffic } from '#domain/schemas/traffic-file.ts'
import type { WatchdogStatus } from '#domain/schemas/watchdog-status.ts'
import type { LocalOffset } from '#domain/time-text.ts'
import type { DurationMs } from '#domain/time.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import type { Clock } from '#agent/ports/clock.ts'
import type { FlagDirectory } from '#agent/ports/flag-directory.ts'
import type { Journal, RestartJournal } from '#agent/ports/journal.ts'
import type { Preflight } from '#agent/ports/preflight.ts'
import type { ServiceManager } from '#agent/ports/service-manager.ts'
import type { TargetProcesses } from '#agent/ports/target-processes.ts'

export interface World {
  readonly clock: Clock
  /** Which boot this is: times of another one are compared by the wall clock alone. */
  readonly boot: string
  /** The watchdog's own: nobody else writes it. */
  readonly journal: Pick<RestartJournal, 'appendTogether' | 'read' | 'mark' | 'isSpooling'>
  /** What authenticated people asked for; nobody here writes it. */
  readonly operators: Pick<Journal, 'read' | 'mark'>
  readonly flags: FlagDirectory
  readonly processes: TargetProcesses
  /** One look at the target's health; never throws. */
  readonly probe: () => Promise<SeenOutcome>
  /** What the agent counted of the requests; null where it says nothing. Evidence only; never throws. */
  readonly readTraffic: () => Promise<Traffic | null>
  /** What it was waited for, or null where something came first, a flag or a change of the target: the work goes on, and the next look comes at its end. */
  readonly orAsked: <T>(work: Promise<T>) => Promise<T | null>
  readonly preflight: Preflight
  /** Who runs the target as a service, where somebody does. */
  readonly service: ServiceManager
  readonly sleep: (duration: DurationMs) => Promise<void>
  readonly newId: () => string
  /** Told at each step that may take long, so that the service manager and the agent know that it lives. */
  readonly publishStatus: (
    status: Pick<WatchdogStatus, 'at' | 'state' | 'problem' | 'target' | 'rungs'>,
  ) => Promise<void>
  readonly publishHistory: (content: string) => Promise<void>
  /** The state file as it stands; null: there is none. */
  readonly readStateFile: () => Promise<string | null>
  /** Keeps a state file aside that cannot be read. Returns where. */
  readonly putStateFileAside: () => Promise<string>
  readonly localOffset: LocalOffset
  readonly log: (level: 'info' | 'warning' | 'error', message: string, details?: object) => void
}

export function timeNow({ clock, boot }: Pick<World, 'clock' | 'boot'>): EventTime {
  return { wall: clock.wallNow(), monotonic: clock.monotonicNow(), boot }
}
