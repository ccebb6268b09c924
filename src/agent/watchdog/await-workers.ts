/**
 * Waits, with a bound, for what a signal should bring about. A look every little while: the table tells, nobody else.
 * Workers that die at boot are not waited for: there will be none (WD8b).
 */
import type { DurationMs } from '#domain/time.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'
import { failedAfterSignal, type ActContext, type ActResult } from './act.ts'
import { sameWorker } from './crew-changes.ts'
import { isWell } from './observe.ts'
import { sightMaster } from './sight-master.ts'

const LOOK_MS: DurationMs = 100
/** The processor that we have may be the one that the signal has woken the master on. */
const FIRST_LOOK_MS: DurationMs = 20

/** `until` is on the monotonic clock. */
export async function awaitWorkers(
  { world, beat, boots }: ActContext,
  master: MasterSighting,
  until: DurationMs,
  isThere: (workers: readonly WorkerSighting[]) => boolean,
): Promise<ActResult | null> {
  boots.beginAnew()
  await world.sleep(FIRST_LOOK_MS)
  for (;;) {
    const now = await world.processes.sight(master.identity.pid)
    if (now === null || !isSame(now.identity, master.identity)) {
      return failedAfterSignal('restart_timeout', 'the master ended after the signal')
    }
    if (isThere(now.workers)) return null
    const at = world.clock.monotonicNow()
    if (boots.areLoop(now, at) && (await world.probe()).kind !== 'answered') return DIE_AT_BOOT
    if (at >= until) {
      return failedAfterSignal('restart_timeout', crewText(master.workers, now.workers))
    }
    await beat()
    await world.sleep(LOOK_MS)
  }
}

/** All old ones gone, and as many as there were. */
export function areReplaced(
  old: readonly WorkerSighting[],
  count: number,
): (workers: readonly WorkerSighting[]) => boolean {
  return (workers) =>
    workers.length >= Math.max(1, count) &&
    !old.some((worker) => workers.some((other) => sameWorker(worker, other)))
}

export async function awaitHealth(
  { world, beat, boots }: ActContext,
  until: DurationMs,
): Promise<ActResult | null> {
  boots.beginAnew()
  for (;;) {
    const outcome = await world.probe()
    if (isWell(outcome)) return null
    const { master } = await sightMaster(world)
    const at = world.clock.monotonicNow()
    if (boots.areLoop(master, at) && outcome.kind !== 'answered') return DIE_AT_BOOT
    if (at >= until) {
      return failedAfterSignal(
        'restart_timeout',
        'the workers were replaced, but the target does not answer healthy',
      )
    }
    await beat()
    await world.sleep(LOOK_MS)
  }
}

const DIE_AT_BOOT = failedAfterSignal('worker_boot_loop', 'the new workers end as soon as they are started')

function crewText(old: readonly WorkerSighting[], now: readonly WorkerSighting[]): string {
  const left = old.filter((worker) => now.some((other) => sameWorker(worker, other))).length
  return `${left} of ${old.length} old workers are still there, beside ${now.length - left} new ones`
}
