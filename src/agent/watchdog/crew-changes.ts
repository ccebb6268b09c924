/**
 * What the process table tells of master and workers from look to look: restarts that Holdfast did not cause
 * (WD15), and workers that die at boot again and again (WD8b). Pure: looks in, findings out.
 */
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'
import { isBootLoop, NO_BOOT_LOOP, watchBoots, type BootLoopState } from '#domain/watchdog/boot-loop.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'

export interface CrewMemory {
  readonly master: MasterIdentity | null
  /** Looks of the last seconds, oldest first, of this master alone. */
  readonly looks: readonly Look[]
  readonly boots: BootLoopState
}

interface Look {
  readonly at: DurationMs
  readonly workers: readonly WorkerSighting[]
}

export const NOTHING_SEEN: CrewMemory = { master: null, looks: [], boots: NO_BOOT_LOOP }

export interface CrewFindings {
  readonly memory: CrewMemory
  /** In words, or null. */
  readonly external: string | null
  readonly bootLoop: boolean
}

/**
 * All workers of a look are gone within this time: they were replaced together. Recycling by `max_requests`
 * takes them one by one, over minutes.
 */
const TOGETHER_MS = 6_000
/** A worker whose application cannot be loaded has ended by then; one that was reloaded so early is nobody’s loss. */
const SERVED_MS = 1_000

export function seeCrew(before: CrewMemory, master: MasterSighting | null, at: DurationMs): CrewFindings {
  // A dead master is reported elsewhere; who comes after it is compared with the one before.
  if (master === null) return { memory: before, external: null, bootLoop: false }
  const { identity, workers } = master
  if (before.master !== null && !isSame(before.master, identity)) {
    const detail = `another master: process ${identity.pid} instead of ${before.master.pid}`
    return { memory: began(identity, workers, at), external: detail, bootLoop: false }
  }
  const boots = watchBoots(before.boots, master, at)
  const bootLoop = isBootLoop(boots)
  const looks = [...before.looks, { at, workers }].filter((look) => at - look.at <= TOGETHER_MS)
  const replaced = looks.find((look) => hadServed(look.workers) && nonePresent(look.workers, workers))
  if (replaced !== undefined && workers.length > 0 && !bootLoop) {
    const detail = `all ${replaced.workers.length} workers of master ${identity.pid} were replaced`
    return { memory: { ...began(identity, workers, at), boots }, external: detail, bootLoop: false }
  }
  return { memory: { master: identity, looks, boots }, external: null, bootLoop }
}

/** After a restart of Holdfast's own: what it did is no change to wonder about. */
export function began(
  master: MasterIdentity,
  workers: readonly WorkerSighting[],
  at: DurationMs,
): CrewMemory {
  return { master, looks: [{ at, workers }], boots: NO_BOOT_LOOP }
}

export function sameWorker(one: WorkerSighting, other: WorkerSighting): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks
}

/** Workers that end right after their start are no restart of the service: they never were its workers. */
function hadServed(workers: readonly WorkerSighting[]): boolean {
  return workers.some(({ ageMs }) => ageMs >= SERVED_MS)
}

function nonePresent(old: readonly WorkerSighting[], now: readonly WorkerSighting[]): boolean {
  return !old.some((worker) => now.some((other) => sameWorker(worker, other)))
}
