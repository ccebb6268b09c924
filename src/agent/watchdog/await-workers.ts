/** Waits, with a bound, for what a signal should bring about. A look every little while: the table tells, nobody else. */
import type { DurationMs } from '#domain/time.ts'
import { isSame } from '#domain/watchdog/master-rules.ts'
import type { MasterSighting, WorkerSighting } from '#agent/ports/target-processes.ts'
import { failedAfterSignal, type ActContext, type ActResult } from './act.ts'
import { sameWorker } from './crew-changes.ts'
import { isWell } from './observe.ts'

const LOOK_MS: DurationMs = 100

/** `until` is on the monotonic clock. */
export async function awaitWorkers(
  { world, beat }: ActContext,
  master: MasterSighting,
  until: DurationMs,
  isThere: (workers: readonly WorkerSighting[]) => boolean,
): Promise<ActResult | null> {
  for (;;) {
    const now = await world.processes.sight(master.identity.pid)
    if (now === null || !isSame(now.identity, master.identity)) {
      return failedAfterSignal('restart_timeout', 'the master ended after the signal')
    }
    if (isThere(now.workers)) return null
    if (world.clock.monotonicNow() >= until) {
      return failedAfterSignal('restart_timeout', crewText(master.workers, now.workers))
    }
    await beat()
    await world.sleep(LOOK_MS)
  }
}

/** All old ones gone, and as many as there were. */
export function areReplaced(old: readonly WorkerSighting[]): (workers: readonly WorkerSighting[]) => boolean {
  return (workers) =>
    workers.length >= Math.max(1, old.length) &&
    !old.some((worker) => workers.some((other) => sameWorker(worker, other)))
}

export async function awaitHealth({ world, beat }: ActContext, until: DurationMs): Promise<ActResult | null> {
  for (;;) {
    if (isWell(await world.probe())) return null
    if (world.clock.monotonicNow() >= until) {
      return failedAfterSignal(
        'restart_timeout',
        'the workers were replaced, but the target does not answer healthy',
      )
    }
    await beat()
    await world.sleep(LOOK_MS)
  }
}

function crewText(old: readonly WorkerSighting[], now: readonly WorkerSighting[]): string {
  const left = old.filter((worker) => now.some((other) => sameWorker(worker, other))).length
  return `${left} of ${old.length} old workers are still there, beside ${now.length - left} new ones`
}
