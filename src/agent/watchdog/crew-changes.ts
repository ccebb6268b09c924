/**
 * What pid file and process table tell of master and workers from look to look: restarts that Holdfast did not
 * cause (WD15), and workers that die at boot again and again (WD8b). Pure: looks in, findings out.
 *
 * Another master is a restart. So is a reload, and that is told by the pid file, which gunicorn writes anew each time,
 * and then starts other workers. From the workers alone it could not be told: `max_requests` replaces all of them
 * within seconds too, where they serve alike or where there is only one.
 */
import type { MasterIdentity } from '#domain/journal/events.ts'
import type { DurationMs } from '#domain/time.ts'
import { isBootLoop, NO_BOOT_LOOP, watchBoots, type BootLoopState } from '#domain/watchdog/boot-loop.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'

export interface CrewMemory {
  readonly master: MasterIdentity | null
  /** Of the pid file at the last look; null: as the next look finds it. */
  readonly stamp: string | null
  readonly workers: readonly WorkerSighting[]
  /** The pid file was written, and no other worker has been seen since. */
  readonly reload: Reload | null
  readonly boots: BootLoopState
  readonly isBootLoop: boolean
}

interface Reload {
  readonly at: DurationMs
  /** Those from before. */
  readonly workers: readonly WorkerSighting[]
}

export interface CrewLook {
  readonly master: MasterSighting | null
  /** The one that was known, which the pid file does not name any more. */
  readonly unnamed: MasterSighting | null
  readonly stamp: string
  readonly at: DurationMs
}

export interface CrewFindings {
  readonly memory: CrewMemory
  /** In words, or null. */
  readonly external: string | null
}

export const NOTHING_SEEN: CrewMemory = {
  master: null,
  stamp: null,
  workers: [],
  reload: null,
  boots: NO_BOOT_LOOP,
  isBootLoop: false,
}

/** gunicorn starts the new workers right after it has written the file; without any, somebody else has touched it. */
const WORKERS_FOLLOW_MS = 6_000

export function seeCrew(before: CrewMemory, seen: CrewLook, patienceMs: DurationMs): CrewFindings {
  const { master, unnamed, stamp, at } = seen
  // A dead master is reported elsewhere; who comes after it is compared with the one before.
  if (master === null) {
    // Its workers may die at boot meanwhile, and the file be back before that is known again.
    const memory = unnamed === null ? before : { ...before, ...bootsNow(before, unnamed, at, patienceMs) }
    return { memory, external: null }
  }
  const { identity, workers } = master
  const now = {
    master: identity,
    stamp: stamp === '' ? null : stamp,
    workers,
    ...bootsNow(before, master, at, patienceMs),
  }
  if (before.master !== null && !isSame(before.master, identity)) {
    const detail = `another master: process ${identity.pid} instead of ${before.master.pid}`
    return { memory: { ...now, reload: null }, external: detail }
  }
  const reload = reloadSince(before, seen)
  const isDone = reload !== null && workers.some((worker) => !isAmong(reload.workers, worker))
  return {
    memory: { ...now, reload: isDone ? null : reload },
    external: isDone ? `the workers of master ${identity.pid} were reloaded` : null,
  }
}

function bootsNow(
  before: CrewMemory,
  master: MasterSighting,
  at: DurationMs,
  patienceMs: DurationMs,
): Pick<CrewMemory, 'boots' | 'isBootLoop'> {
  const boots = watchBoots(before.boots, master, at)
  return { boots, isBootLoop: isBootLoop(boots, at, patienceMs) }
}

/** After a restart of Holdfast's own: what it did is no change to wonder about. */
export function began(master: MasterIdentity, workers: readonly WorkerSighting[]): CrewMemory {
  return { ...NOTHING_SEEN, master, workers }
}

function reloadSince(before: CrewMemory, { stamp, at }: CrewLook): Reload | null {
  const isWritten = before.stamp !== null && before.stamp !== stamp
  if (isWritten) return before.reload ?? { at, workers: before.workers }
  return before.reload !== null && at - before.reload.at < WORKERS_FOLLOW_MS ? before.reload : null
}

function isAmong(workers: readonly WorkerSighting[], worker: WorkerSighting): boolean {
  return workers.some((other) => sameWorker(worker, other))
}

export function sameWorker(one: WorkerSighting, other: WorkerSighting): boolean {
  return one.pid === other.pid && one.startTicks === other.startTicks
}
