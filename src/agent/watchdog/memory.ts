/** What the watchdog carries from tick to tick. Nothing in it is a promise: a crash may lose all of it. */
import type { ProbeOutcome } from '#domain/health/probe-outcome.ts'
import type { JournalEvent } from '#domain/journal/events.ts'
import type { JournalState } from '#domain/journal/fold.ts'
import type { ServiceRung } from '#domain/policy/ladder.ts'
import { HoldfastProblem } from '#domain/problems.ts'
import type { DurationMs } from '#domain/time.ts'
import { afterStart, type Trigger, type TriggerState } from '#domain/watchdog/triggers.ts'
import type { ClaimedFlag } from '#agent/ports/flag-directory.ts'
import type { SeenOutcome } from '#agent/intake/read-answer.ts'
import { JournalHistory } from '#agent/store/journal-history.ts'
import { NOTHING_SEEN, type CrewMemory } from './crew-changes.ts'
import { timeNow, type World } from './world.ts'

export interface Memory {
  readonly history: JournalHistory
  outcome: ProbeOutcome
  /** On the monotonic clock; the next probe is due one interval later. */
  probedAt: DurationMs | null
  /** Begun and not answered yet, or not taken note of. */
  probe: { readonly ended: Promise<SeenOutcome>; answer: SeenOutcome | null } | null
  crew: CrewMemory
  triggers: TriggerState
  /** What has lasted long enough at the last look. */
  fired: readonly Trigger[]
  /** An own restart that was not verified may still come true: not somebody else's until then. */
  quietUntil: DurationMs
  /** A flag that was claimed and not settled, because something failed in between: it comes first. */
  unsettled: ClaimedFlag | null
  /** Flags that could not be answered for want of room: they stay claimed, and are taken up when there is some. */
  parked: ClaimedFlag[]
  /** Condition of the target as last recorded, and the one that is about to be. */
  condition: { readonly recorded: string | null; readonly seen: string; readonly times: number }
  /** The automatic refusal that was recorded last: one that goes on is one event, not one a second. */
  refusal: string | null
  /** After an automatic restart that could not even be signalled: not again before this. */
  heldUntil: DurationMs
  service: ServiceMemory
  /** The state file as last written, what it was made from, and when it was last compared. */
  stateFile: { readonly content: string; readonly from: JournalState; readonly at: DurationMs } | null
  /** Why the last look could not be published, as it was logged. */
  publishFault: string | null
}

/** What is known of the strongest rung (service-view.ts). */
export interface ServiceMemory {
  readonly shown: ServiceRung
  /** On the monotonic clock; null: never. */
  readonly lookedAt: DurationMs | null
  /** What systemd said when it refused; null: it did not. */
  readonly refused: string | null
}

const UNKNOWN_SERVICE: ServiceMemory = {
  shown: { kind: 'unavailable', detail: 'systemd was not asked yet' },
  lookedAt: null,
  refused: null,
}

export function newMemory(world: World): Memory {
  return {
    history: new JournalHistory([world.journal, world.operators], world.boot),
    outcome: { kind: 'never' },
    probedAt: null,
    probe: null,
    crew: NOTHING_SEEN,
    triggers: afterStart(world.clock.monotonicNow()),
    fired: [],
    quietUntil: 0,
    unsettled: null,
    parked: [],
    condition: { recorded: null, seen: '', times: 0 },
    refusal: null,
    heldUntil: 0,
    service: UNKNOWN_SERVICE,
    stateFile: null,
    publishFault: null,
  }
}

/** Durable when it settles, all of it or none, and in the history from then on: as it was written, not as it was meant (WD9). */
export async function record(
  world: World,
  memory: Memory,
  ...events: readonly JournalEvent[]
): Promise<void> {
  if (events.length === 0) return
  await memory.history.wrote(await world.journal.appendTogether(events, timeNow(world)))
}

/** For what may be told later, or not at all: false where the disk is full. */
export async function recordIfRoom(world: World, memory: Memory, event: JournalEvent): Promise<boolean> {
  try {
    await record(world, memory, event)
    return true
  } catch (error) {
    if (!isFullDisk(world, error)) throw error
    return false
  }
}

export function isFullDisk({ journal }: World, error: unknown): boolean {
  return error instanceof HoldfastProblem && error.code === 'state_unwritable' && journal.isSpooling()
}
